// Bars of two series by month, drawn for the width that there is.

import { svg } from './dom.js';
import { monthAbbreviation, period, pesos } from './format.js';

const HEIGHT = 200;
const TOP = 12;
const BOTTOM = 34;
const LEFT = 58;

/**
 * chart draws bars. months is [{periodo, ventas, compras}] with amounts as numbers; the table beside the drawing has the
 * exact ones. name is what is drawn, as Total.
 */
export function chart(name, months, width) {
  const scale = scaleOf(months.flatMap(({ ventas, compras }) => [ventas, compras]));
  const y = (amount) => TOP + ((scale.top - amount) / (scale.top - scale.bottom)) * (HEIGHT - TOP - BOTTOM);
  const step = (width - LEFT) / months.length;
  const bar = Math.max(2, Math.min(22, step * 0.36));
  const id = `grafico-${name.toLowerCase()}`;
  const node = svg('svg', { role: 'img', 'aria-labelledby': `${id}-titulo ${id}-resumen`, viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, class: 'chart' },
    svg('title', { id: `${id}-titulo` }, `${name} de ventas y compras por mes`),
    svg('desc', { id: `${id}-resumen` }, describe(months)));
  for (const tick of scale.ticks) {
    node.append(svg('line', { x1: LEFT, x2: width, y1: y(tick), y2: y(tick), class: tick === 0 ? 'zero' : 'grid' }),
      svg('text', { x: LEFT - 8, y: y(tick) + 4, class: 'tick' }, short(tick, scale)));
  }
  months.forEach(({ periodo, ventas, compras }, i) => {
    const middle = LEFT + step * (i + 0.5);
    node.append(...[[ventas, 'sales', 'Ventas', -bar - 1], [compras, 'purchases', 'Compras', 1]].map(([amount, kind, word, dx]) => svg('rect', {
      x: middle + dx, width: bar, y: Math.min(y(amount), y(0)), height: Math.abs(y(amount) - y(0)), class: kind,
    }, svg('title', {}, `${word} de ${period(periodo)}: ${pesos(amount)}`))));
    if (i % Math.ceil(34 / step) === 0) {
      node.append(svg('text', { x: middle, y: HEIGHT - 18, class: 'month' }, monthAbbreviation(periodo)));
      if (i === 0 || periodo.endsWith('-01')) node.append(svg('text', { x: middle, y: HEIGHT - 4, class: 'month' }, periodo.slice(0, 4)));
    }
  });
  return node;
}

/** unitOf names the unit of the axis. */
export const unitOf = (amounts) => (scaleOf(amounts).unit === 1 ? 'pesos' : scaleOf(amounts).unit === 1e3 ? 'miles de pesos' : 'millones de pesos');

function scaleOf(amounts) {
  const top = Math.max(0, ...amounts);
  const bottom = Math.min(0, ...amounts);
  const rough = (top - bottom || 1) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const size = Math.max(1, [1, 2, 5, 10].find((n) => n * power >= rough) * power);
  const ticks = [];
  for (let at = Math.floor(bottom / size) * size; at < top + size; at += size) ticks.push(at);
  if (ticks.length === 1) ticks.push(size); // nothing but zero
  const largest = Math.max(...ticks.map(Math.abs));
  return { ticks, top: ticks.at(-1), bottom: ticks[0], unit: largest >= 2e6 ? 1e6 : largest >= 2e3 ? 1e3 : 1 };
}

function short(amount, { unit }) {
  return (amount / unit).toLocaleString('es-CL', { maximumFractionDigits: 2 }).replace('-', '−');
}

function describe(months) {
  const of = (key) => {
    const most = months.reduce((a, b) => (b[key] > a[key] ? b : a));
    return `${pesos(most[key])} en ${period(most.periodo)}`;
  };
  return `De ${period(months[0].periodo)} a ${period(months.at(-1).periodo)}. Mayor mes de ventas: ${of('ventas')}; de compras: ${of('compras')}. Los montos exactos están en la tabla que sigue.`;
}
