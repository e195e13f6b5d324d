// Purchases that are accepted in silence unless somebody claims them in time.

import { get } from './api.js';
import { count, date, number, pesos, rut } from './format.js';
import { badge, empty } from './notice.js';
import { addRows, table } from './table.js';
import { el } from './dom.js';

const FIRST = 8; // shown at once; those that end first come first

function left(days) {
  if (days < 0) return badge('info', 'Plazo vencido');
  if (days === 0) return badge('bad', 'Vence hoy');
  const text = days === 1 ? 'Queda 1 día' : `Quedan ${number(days)} días`;
  return badge(days <= 3 ? 'bad' : 'warn', text);
}

const COLUMNS = [
  { title: 'Proveedor', main: true, value: (row) => el('span', {}, row.razon_social || 'Sin nombre', ' ', el('span', { class: 'muted nowrap' }, rut(row.rut_contraparte))) },
  { title: 'Plazo', value: (row) => left(row.dias_restantes) },
  { title: 'Último día', short: true, value: (row) => date(row.vence) },
  { title: 'Folio', short: true, value: (row) => String(row.folio) },
  { title: 'Recibido', short: true, value: (row) => date(row.fecha_recepcion) },
  { title: 'Total', numeric: true, value: (row) => pesos(row.total) },
];

/** pendingOf returns what to show of the pending purchases of a company. */
export async function pendingOf(company, signal) {
  const { pendientes } = await get('pendientes', { rut: company }, { signal });
  if (pendientes.length === 0) return empty('No hay compras pendientes entre las importadas.');
  const node = table({
    caption: `${count(pendientes.length, 'compra pendiente', 'compras pendientes')}, de todos los meses importados`,
    columns: COLUMNS,
    rows: pendientes.slice(0, FIRST),
  });
  if (pendientes.length <= FIRST) return node;
  const more = el('button', { type: 'button' }, `Mostrar las ${number(pendientes.length)}`);
  more.addEventListener('click', () => {
    addRows(node, COLUMNS, pendientes.slice(FIRST));
    more.remove();
  });
  return [node, more];
}
