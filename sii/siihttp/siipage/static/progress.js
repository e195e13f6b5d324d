// The import that is under way: a bar for all of it and one for each register.

import { get } from './api.js';
import { byId, el, show } from './dom.js';
import { book, count, number, period } from './format.js';
import { isLive } from './live.js';
import { badge } from './notice.js';
import { companyText, rangeText } from './selection.js';

const section = byId('avance');
const text = byId('avance-texto');
const total = byId('avance-total');
const list = byId('avance-unidades');

const ENDED = new Set(['done', 'failed']);

let job = null;
let ended = () => {};
let timer = 0;
const bars = new Map();

/** startProgress has ended(job) called once when a job that is followed ends. */
export function startProgress(call) {
  ended = call;
}

const following = () => job !== null && !ENDED.has(job.estado);

/** isFollowing reports whether an import of a company is under way and shown. */
export const isFollowing = (company) => following() && job.rut === company;

/** nameOf names a job for people. */
export const nameOf = ({ rut, desde, hasta }) => `${companyText(rut)}: ${rangeText(desde, hasta)}`;

/** follow shows a job, as the API gives it, until it ends or another one is followed. */
export function follow(answer) {
  job = { ...answer, unidades: answer.unidades ?? [] };
  bars.clear();
  list.replaceChildren();
  section.hidden = false;
  byId('avance-de').textContent = nameOf(job);
  draw();
  return ask();
}

/** ask takes the state of the job from the API: at first, after a break, and while no events arrive. */
export async function ask() {
  clearTimeout(timer);
  if (!following()) return;
  const id = job.job_id;
  try {
    const answer = await get(`jobs/${encodeURIComponent(id)}`);
    if (job.job_id === id) take(answer);
  } catch (error) {
    if (job.job_id !== id || !following()) return;
    text.textContent = `No se puede consultar el avance por ahora (${error.title ?? 'error'}). Se intentará de nuevo.`;
  }
  clearTimeout(timer);
  if (following()) timer = setTimeout(ask, isLive() ? 10_000 : 2_000);
}

/** takeEvent applies an event of the stream. */
export function takeEvent(event) {
  if (!job || event.job_id !== job.job_id || ENDED.has(job.estado)) return;
  if (event.type === 'job') {
    ask(); // the event is short; the job has all
    return;
  }
  if (event.type !== 'unidad') return;
  const unit = job.unidades.find(({ periodo, libro }) => periodo === event.periodo && libro === event.libro);
  if (!unit) {
    ask();
    return;
  }
  const { estado, filas, esperadas, documentos, cambios, problema } = event;
  Object.assign(unit, { estado, filas, esperadas, documentos, cambios, problema });
  Object.assign(job, { estado: 'running', hechas: event.hechas, total: event.total });
  draw();
}

function take(answer) {
  if (ENDED.has(job.estado)) return; // asked twice
  if (!ENDED.has(answer.estado) && answer.hechas < job.hechas) return; // events were quicker than the answer
  const { unidades } = job;
  // A job that was cut off by a restart has no units any more; what was seen of them stays on the page.
  job = { ...answer, unidades: answer.unidades ?? unidades.map((unit) => (unit.estado === 'ok' || unit.estado === 'error' ? unit : { ...unit, estado: 'cut' })) };
  draw();
  if (ENDED.has(job.estado)) ended(job);
}

function draw() {
  const { hechas, unidades } = job;
  const all = job.total || unidades.length;
  if (all > 0) {
    total.max = all;
    total.value = hechas;
  } else {
    total.removeAttribute('value');
  }
  const said = sentence(hechas, all);
  if (text.textContent !== said) text.textContent = said;
  for (const unit of unidades) bar(unit);
}

function sentence(done, all) {
  const failed = job.unidades.filter(({ estado }) => estado === 'error' || estado === 'cut').length;
  switch (job.estado) {
    case 'queued': return 'La importación espera su turno.';
    case 'done': return `Importación terminada: ${count(all, 'registro', 'registros')} al día.`;
    case 'failed': return failed > 0
      ? `La importación terminó incompleta: ${failed === 1 ? 'falta 1' : `faltan ${number(failed)}`} de ${count(all, 'registro', 'registros')}, que quedan como estaban.`
      : 'La importación no terminó.';
    default: return `${number(done)} de ${count(all, 'registro listo', 'registros listos')}.`;
  }
}

const STATES = { pending: ['info', 'En espera'], running: ['info', 'Descargando'], ok: ['good', 'Listo'], error: ['bad', 'Error'], cut: ['warn', 'No terminó'] };

function bar(unit) {
  const key = `${unit.periodo} ${unit.libro}`;
  let item = bars.get(key);
  if (!item) {
    const name = `${book(unit.libro)} ${period(unit.periodo)}`;
    item = { node: el('progress', { 'aria-label': name, max: 1 }), word: el('span', {}), note: el('span', { class: 'muted' }), trouble: el('p', { class: 'trouble' }) };
    item.row = el('li', {}, el('span', { class: 'name' }, name), item.node, item.word, item.note, item.trouble);
    bars.set(key, item);
    list.append(item.row);
  }
  const [kind, word] = STATES[unit.estado] ?? ['info', unit.estado];
  show(item.word, badge(kind, word));
  value(item.node, unit);
  item.note.textContent = noteOf(unit);
  item.trouble.textContent = unit.estado === 'error' && unit.problema ? troubleOf(unit.problema) : '';
}

const troubleOf = ({ title, detail, advice }) => [title, detail !== title && detail, advice && `Qué hacer: ${advice}`].filter(Boolean).map((text) => text.replace(/\.?$/, '.')).join(' ');

function value(node, unit) {
  if (unit.estado === 'ok' || unit.estado === 'error') {
    node.max = 1;
    node.value = 1;
  } else if (unit.estado === 'running' && unit.esperadas > 0) {
    node.max = Math.max(unit.esperadas, unit.filas ?? 0);
    node.value = unit.filas ?? 0;
  } else if (unit.estado === 'running') {
    node.removeAttribute('value'); // under way, nobody knows how far
  } else {
    node.value = 0;
  }
  node.dataset.state = unit.estado;
}

function noteOf(unit) {
  switch (unit.estado) {
    case 'ok': return `${count(unit.documentos, 'documento', 'documentos')}, ${unit.cambios > 0 ? count(unit.cambios, 'cambio', 'cambios') : 'sin cambios'}`;
    case 'running': return unit.filas > 0 ? `${number(unit.filas)} ${unit.esperadas > 0 ? `de ${number(unit.esperadas)} ` : ''}documentos` : '';
    default: return '';
  }
}
