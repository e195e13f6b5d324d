// Months beside each other, as a drawing and as a table.

import { get } from './api.js';
import { chart, unitOf } from './chart.js';
import { el, show } from './dom.js';
import { addMonths, capital, number, period, pesos } from './format.js';
import { empty } from './notice.js';
import { table } from './table.js';

// At least and at most so many, up to the last that is chosen.
const FEWEST = 12;
const MOST = 36;

/** monthsOf returns what to show of the months of a company up to one, from the first chosen on. */
export async function monthsOf({ rut, desde, hasta }, signal) {
  const first = [addMonths(hasta, 1 - MOST), [desde, addMonths(hasta, 1 - FEWEST)].sort()[0]].sort()[1];
  const { meses } = await get('rcv/meses', { rut, desde: first, hasta }, { signal });
  const known = meses.filter(({ compras, ventas }) => compras.importado || ventas.importado);
  if (known.length === 0) return empty('Aquí verá ventas y compras de cada mes cuando haya importado alguno.');
  return [legend(), drawing('Total', 'total', meses), drawing('IVA', 'iva', meses),
    el('p', { class: 'hint' }, 'Incluye las boletas y los demás totales del mes sin detalle. Las notas de crédito restan. Un mes sin barras no se ha importado o no tiene documentos.'),
    el('details', {}, el('summary', {}, 'Ver los montos en una tabla'), amounts(known))];
}

function legend() {
  return el('p', { class: 'legend' }, el('span', { class: 'key sales' }), 'Ventas ', el('span', { class: 'key purchases' }), 'Compras');
}

// A BigInt is drawn as near as a number gets; the table has it exactly.
const near = (amount) => Number(amount);

function drawing(name, field, meses) {
  const months = meses.map(({ periodo, ventas, compras }) => ({ periodo, ventas: near(ventas[field]), compras: near(compras[field]) }));
  const place = el('div', { class: 'drawing' });
  const heading = el('h3', {}, `${name} `, el('span', { class: 'muted' }, `en ${unitOf(months.flatMap(({ ventas, compras }) => [ventas, compras]))}`));
  let drawn = 0;
  new ResizeObserver(([{ contentRect: { width } }]) => {
    const whole = Math.floor(width);
    if (whole < 100 || whole === drawn) return;
    drawn = whole;
    show(place, chart(name, months, whole));
  }).observe(place);
  return el('figure', {}, el('figcaption', {}, heading), place);
}

// A row for each month and book: beside each other their amounts do not fit on a screen.
function amounts(known) {
  const column = (field, title, write) => ({ title, numeric: true, value: ({ of }) => (of.importado ? write(of[field]) : '') });
  return table({
    caption: 'Ventas y compras de los meses importados',
    columns: [
      { title: 'Mes', main: true, value: (row) => capital(period(row.periodo)) },
      { title: 'Registro', value: ({ book, of }) => (of.importado ? book : `${book}, sin importar`) },
      column('documentos', 'Documentos', number), column('neto', 'Neto', pesos), column('iva', 'IVA', pesos),
      column('exento', 'Exento', pesos), column('total', 'Total', pesos),
    ],
    rows: known.reverse().flatMap(({ periodo, ventas, compras }) => [{ periodo, book: 'Ventas', of: ventas }, { periodo, book: 'Compras', of: compras }]),
  });
}
