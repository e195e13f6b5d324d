// The stream of events, opened again whenever it breaks, from the last event that was seen on.

import { feed } from './api.js';
import { byId } from './dom.js';

const button = byId('conectar');
const label = byId('conexion');

const WORDS = { off: 'desconectados', opening: 'conectando…', open: 'conectados', lost: 'se cortó, reconectando…' };
const SILENCE = 50_000; // three heartbeats; only after the first of them, since a server may send other signs of life

let source = null;
let lastID = '';
let again = 0; // timer of the next try
let silent = 0; // timer of the silence
let wait = 1000;
let state = 'off';
const listeners = { event: () => {}, back: () => {} };

/** isLive reports whether events arrive. */
export const isLive = () => state === 'open';

/** startLive has events given to event(data), and back() called when the stream is there again after a break. */
export function startLive(event, back) {
  Object.assign(listeners, { event, back });
  button.addEventListener('click', () => (state === 'off' ? connect() : disconnect()));
}

/** connect opens the stream if it is not open. */
export function connect() {
  if (state !== 'off') return;
  become('opening');
  open();
}

function disconnect() {
  close();
  wait = 1000;
  become('off');
}

function close() {
  clearTimeout(again);
  clearTimeout(silent);
  source?.close();
  source = null;
}

function open() {
  close();
  const mine = feed({ last_event_id: lastID });
  source = mine;
  mine.onopen = () => {
    wait = 1000;
    const broken = state === 'lost';
    become('open');
    if (broken) listeners.back();
  };
  mine.onmessage = (message) => {
    if (message.lastEventId) lastID = message.lastEventId;
    let data;
    try {
      data = JSON.parse(message.data);
    } catch {
      return; // no event of ours
    }
    if (data.type === 'ping') listen();
    else listeners.event(data);
  };
  // The browser tries again by itself, but gives up at an answer such as a proxy's 502; so it is not left to it.
  mine.onerror = retry;
}

function retry() {
  close();
  become('lost');
  again = setTimeout(open, wait + Math.random() * wait);
  wait = Math.min(2 * wait, 30_000);
}

// A connection that died without a word, as of a phone that slept, shows by its silence.
function listen() {
  clearTimeout(silent);
  silent = setTimeout(retry, SILENCE);
}

function become(next) {
  state = next;
  label.textContent = WORDS[next];
  label.dataset.state = next;
  button.textContent = next === 'off' ? 'Conectar' : 'Desconectar';
}
