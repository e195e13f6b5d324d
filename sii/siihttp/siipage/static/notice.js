// What the page tells of how something ended.

import { el } from './dom.js';
import { Problem } from './api.js';

/** notice makes a message; kind is good, warn, bad or info. The word says it to those who see no colour. */
export function notice(kind, title, ...more) {
  const word = { good: 'Listo', warn: 'Atención', bad: 'Error', info: 'Aviso' }[kind];
  return el('div', { class: `notice ${kind}` },
    el('p', {}, el('span', { class: 'word' }, word), ' ', el('strong', {}, title)), more.filter(Boolean).map((text) => el('p', {}, text)));
}

/** problem makes a message of what failed: what the SII or the service said, and what to do. */
export function problem(error) {
  if (!(error instanceof Problem)) {
    console.error(error);
    return notice('bad', 'La página encontró un error', 'Vuelva a cargarla. Si se repite, avise a quien administra el portal.');
  }
  const { title, detail, advice, codigo } = error;
  return notice('bad', title || 'No se pudo completar',
    detail && detail !== title && detail,
    advice && `Qué hacer: ${advice}`,
    codigo && `Código: ${codigo}`);
}

/** empty says why a place shows nothing. */
export const empty = (text) => el('p', { class: 'nothing' }, text);

/** badge is a word with a colour. */
export const badge = (kind, text) => el('span', { class: `badge ${kind}` }, text);

/**
 * panel returns a function that fills a node with what load(signal) makes of the API's answers. A later call replaces
 * one under way, so that an old answer never covers a new one.
 */
export function panel(node, load) {
  let running = new AbortController();
  return async () => {
    running.abort();
    const mine = new AbortController();
    running = mine;
    node.setAttribute('aria-busy', 'true');
    if (!node.hasChildNodes()) node.append(empty('Cargando…'));
    try {
      const content = await load(mine.signal);
      if (!mine.signal.aborted) replace(node, [content].flat().filter(Boolean));
    } catch (error) {
      if (!mine.signal.aborted) node.replaceChildren(problem(error));
    } finally {
      if (!mine.signal.aborted) node.removeAttribute('aria-busy');
    }
  };
}

// replace leaves the focus and what was unfolded as they are, where what is new has the like.
function replace(node, content) {
  const unfolded = [...node.querySelectorAll('details[open] > summary')].map((summary) => summary.textContent);
  const { activeElement: focused } = document;
  const text = node.contains(focused) ? focused.textContent : null;
  node.replaceChildren(...content);
  for (const summary of node.querySelectorAll('details > summary')) summary.parentElement.open = unfolded.includes(summary.textContent);
  if (text) [...node.querySelectorAll('button, summary')].find((other) => other.textContent === text)?.focus({ preventScroll: true });
}
