// How numbers, dates and words of the SII are written in Chile.

const MONTHS = ['enero', 'febrero', 'marzo', 'abril', 'mayo', 'junio', 'julio', 'agosto', 'septiembre', 'octubre', 'noviembre', 'diciembre'];

/** number writes a whole number as 1.190.000. It takes what the API gives: a number or a BigInt. */
export function number(value) {
  if (value === null || value === undefined) return '';
  const text = String(value);
  const digits = text.replace(/^-/, '').replace(/\B(?=(\d{3})+(?!\d))/g, '.');
  return text.startsWith('-') ? `−${digits}` : digits;
}

/** pesos writes an amount as $1.190.000. */
export function pesos(value) {
  if (value === null || value === undefined) return '';
  const text = number(value);
  return text.startsWith('−') ? `−$${text.slice(1)}` : `$${text}`;
}

/** count writes a number with its noun: count(1, 'documento', 'documentos'). */
export function count(n, one, many) {
  return `${number(n)} ${String(n) === '1' ? one : many}`;
}

/** date writes 2026-10-31 as 31-10-2026. */
export function date(text) {
  const parts = /^(\d{4})-(\d{2})-(\d{2})/.exec(text ?? '');
  return parts ? `${parts[3]}-${parts[2]}-${parts[1]}` : text ?? '';
}

const clock = new Intl.DateTimeFormat('es-CL', {
  timeZone: 'America/Santiago', day: '2-digit', month: '2-digit', year: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
});

/** time writes an instant in Chile's time as 31-10-2026 15:04. */
export function time(text) {
  const instant = new Date(text);
  if (Number.isNaN(instant.getTime())) return text ?? '';
  const part = Object.fromEntries(clock.formatToParts(instant).map(({ type, value }) => [type, value]));
  return `${part.day}-${part.month}-${part.year} ${part.hour}:${part.minute}`;
}

/** currentPeriod returns the month of now in Chile. */
export function currentPeriod() {
  const part = Object.fromEntries(clock.formatToParts(new Date()).map(({ type, value }) => [type, value]));
  return `${part.year}-${part.month}`;
}

/** period writes 2026-10 as octubre 2026. */
export function period(text) {
  const [year, month] = String(text).split('-');
  return MONTHS[month - 1] ? `${MONTHS[month - 1]} ${year}` : String(text);
}

/** monthAbbreviation writes 2026-10 as oct. */
export function monthAbbreviation(text) {
  return (MONTHS[String(text).split('-')[1] - 1] ?? '').slice(0, 3);
}

/** addMonths counts months on from a period, or back. */
export function addMonths(text, n) {
  const [year, month] = text.split('-').map(Number);
  const months = year * 12 + month - 1 + n;
  return `${Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, '0')}`;
}

/** through returns all months from the first to the last. */
export function through(first, last) {
  const all = [];
  for (let at = first; at <= last; at = addMonths(at, 1)) all.push(at);
  return all;
}

/** rut writes 76192083-9 as 76.192.083-9. */
export function rut(text) {
  const parts = /^(\d+)-([\dkK])$/.exec(text ?? '');
  return parts ? `${number(parts[1])}-${parts[2].toUpperCase()}` : text ?? '';
}

/** capital writes a text with a capital first. */
export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

const STATES = {
  REGISTRO: 'Registrado', PENDIENTE: 'Pendiente', NO_INCLUIR: 'No incluir', RECLAMADO: 'Reclamado',
};

/** state writes a state of the register for people; one that is not known stays as the SII wrote it. */
export const state = (word) => STATES[word] ?? word ?? '';

/** book writes compras as Compras. */
export const book = (word) => capital(String(word ?? ''));
