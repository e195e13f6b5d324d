// What imports found to be different from what was known.

import { get } from './api.js';
import { busy } from './actions.js';
import { el, show } from './dom.js';
import { book, period, time } from './format.js';
import { badge, empty } from './notice.js';
import { addRows, table } from './table.js';

const PAGE = 10;

const KINDS = {
  added: ['good', 'Nuevo'], gone: ['bad', 'Ya no está'], returned: ['warn', 'Volvió'], state: ['warn', 'Estado'],
  amounts: ['bad', 'Montos'], other: ['info', 'Otros datos'], period: ['warn', 'Otro mes'],
};

function kind(word) {
  const [color, text] = KINDS[word] ?? ['info', word];
  return badge(color, text);
}

// Fields of the SII that change by themselves; the sentence of the API tells amounts and states.
const FIELDS = {
  detRznSoc: 'nombre', detFchDoc: 'fecha de emisión', detFecRecepcion: 'fecha de recepción', detFecAcuse: 'acuse de recibo',
  detFecReclamado: 'reclamo', detEventoReceptorLeyenda: 'evento', detAnulado: 'anulado', detTipoTransaccion: 'clase de compra o venta',
};

function sentence({ texto, clase, diferencias }) {
  if (clase !== 'other') return texto;
  const parts = (diferencias ?? []).map(({ campo, antes, despues }) => `${FIELDS[campo] ?? campo} de «${antes || 'nada'}» a «${despues || 'nada'}»`);
  return parts.length > 0 ? `${texto}: ${parts.join('; ')}` : texto;
}

const COLUMNS = [
  { title: 'Qué pasó', main: true, value: sentence },
  { title: 'Cambio', value: (row) => kind(row.clase) },
  { title: 'Registro', value: (row) => `${book(row.libro)} ${period(row.periodo)}` },
  { title: 'Visto el', short: true, value: (row) => time(row.fecha) },
];

/** changesOf returns what to show of the changes of a company. */
export async function changesOf(query, signal) {
  const page = await get('cambios', { ...query, limite: PAGE }, { signal });
  if (page.cambios.length === 0) return empty('Ninguna importación ha encontrado cambios. La primera de cada mes no los tiene: todo es nuevo.');
  const node = table({ caption: 'Cambios, los más recientes primero', columns: COLUMNS, rows: page.cambios });
  let { siguiente } = page;
  const trouble = el('div', {});
  const more = el('button', { type: 'button' }, 'Mostrar más');
  more.hidden = !siguiente;
  more.addEventListener('click', () => busy(more, async () => {
    show(trouble);
    const next = await get('cambios', { ...query, limite: PAGE, cursor: siguiente }, { signal });
    addRows(node, COLUMNS, next.cambios);
    siguiente = next.siguiente;
    more.hidden = !siguiente;
  }, trouble));
  return [node, more, trouble];
}
