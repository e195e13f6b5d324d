// A book of a month: its sums by state and type, its documents with a filter, its CSV.

import { download, get } from './api.js';
import { busy } from './actions.js';
import { el, later, options, show } from './dom.js';
import { count, date, number, period, pesos, rut, state, time } from './format.js';
import { badge, empty, notice, panel } from './notice.js';
import { addRows, table } from './table.js';

const PAGE = 20;
const MOST = 1000; // that the API gives at once

// In the order in which they are shown: what counts for the tax first.
const STATE_KINDS = { REGISTRO: 'good', PENDIENTE: 'warn', RECLAMADO: 'bad', NO_INCLUIR: 'info' };
const order = ({ estado }) => (Object.keys(STATE_KINDS).indexOf(estado) + 9) % 9; // what is not known last
const stateBadge = (word) => badge(STATE_KINDS[word] ?? 'info', state(word));

const AMOUNTS = [
  { title: 'Neto', numeric: true, value: (row) => pesos(row.neto) },
  { title: 'IVA', numeric: true, value: (row) => pesos(row.iva) },
  { title: 'Exento', numeric: true, value: (row) => pesos(row.exento) },
  { title: 'Total', numeric: true, value: (row) => pesos(row.total) },
];

// The type, and what it was bought or sold for unless that is the trade.
function kindOf({ tipo, tipo_nombre: name, tipo_compra_venta: kind }) {
  const type = name ?? `Tipo ${tipo}`;
  return kind && kind !== 'Del Giro' ? el('span', {}, type, ' ', el('span', { class: 'muted' }, `(${kind})`)) : type;
}

// What of a row of another program cannot be read.
const unread = (row) => (row.ilegible ?? []).map(({ columna, texto }) => badge('bad', `Ilegible: ${columna} ${texto}`));

// Amounts that do not make up the total.
const gap = (row) => (row.descuadre ? [badge('warn', `No cuadra: ${pesos(row.descuadre)}`)] : []);

/** Register is the panel of one book. */
export class Register {
  #book;
  #key = {}; // rut and periodo
  #length = PAGE; // documents that are shown
  #filter;
  #sums = el('div', {});
  #list = el('div', {});
  #states = el('select');
  #types = el('select');
  #text = el('input', { type: 'search', autocomplete: 'off', placeholder: 'Nombre, RUT o folio' });
  #trouble = el('div', { role: 'status', 'aria-live': 'polite' });
  #refreshSums;
  #refreshList;

  constructor(node, book) {
    this.#book = book;
    this.#filter = this.#makeFilter();
    show(node, this.#sums, this.#filter, this.#trouble, this.#list);
    this.#refreshSums = panel(this.#sums, (signal) => this.#loadSums(signal));
    this.#refreshList = panel(this.#list, (signal) => this.#loadList(signal));
  }

  /** load shows the book of a company and month; one that is shown already keeps its length. */
  async load(company, month) {
    if (this.#key.rut !== company || this.#key.periodo !== month) {
      this.#key = { rut: company, periodo: month };
      this.#length = PAGE;
      show(this.#trouble);
    }
    await Promise.all([this.#refreshSums(), this.#refreshList()]);
  }

  get #party() { return this.#book === 'compras' ? 'Proveedor' : 'Cliente'; }

  #makeFilter() {
    const field = (label, control, name) => {
      control.id = `${this.#book}-${name}`;
      return el('div', { class: 'field' }, el('label', { for: control.id }, label), control);
    };
    const save = el('button', { type: 'button' }, 'Descargar CSV');
    save.addEventListener('click', () => busy(save, () => this.#download(), this.#trouble));
    const again = later(300, () => {
      this.#length = PAGE;
      this.#refreshList();
    });
    this.#text.addEventListener('input', again);
    this.#states.addEventListener('change', again);
    this.#types.addEventListener('change', again);
    const form = el('form', { class: 'filter', role: 'search', 'aria-label': `Filtro de ${this.#book}`, hidden: true },
      field('Buscar', this.#text, 'buscar'), field('Estado', this.#states, 'estado'), field('Tipo de documento', this.#types, 'tipo'), save);
    form.addEventListener('submit', (event) => event.preventDefault());
    return form;
  }

  get #query() {
    return { ...this.#key, q: this.#text.value.trim(), estado: this.#states.value, tipo: this.#types.value };
  }

  async #download() {
    await download(`rcv/${this.#book}`, { ...this.#query, formato: 'csv' }, `${this.#book}-${this.#key.periodo}.csv`);
    show(this.#trouble, notice('good', 'Archivo CSV descargado', 'Ábralo con Excel u otra planilla.'));
  }

  async #loadSums(signal) {
    const summary = await get(`rcv/${this.#book}/resumen`, this.#key, { signal });
    const lines = (summary.lineas ?? []).sort((a, b) => order(a) - order(b));
    this.#filter.hidden = lines.length === 0;
    this.#offer(lines);
    const month = period(this.#key.periodo);
    if (!summary.importado) return empty(`Las ${this.#book} de ${month} no se han importado. Presione «Importar RCV» para traerlas del SII.`);
    const taken = `importadas el ${time(summary.importado)}`;
    if (lines.length === 0) return empty(`El SII no tiene ${this.#book} de ${month} (${taken}).`);
    const sums = table({
      caption: `Totales de ${this.#book} de ${month}, ${taken}`,
      columns: [
        { title: 'Tipo de documento', main: true, value: (row) => row.tipo_nombre ?? `Tipo ${row.tipo}` },
        { title: 'Estado', value: (row) => (row.estado ? stateBadge(row.estado) : '') },
        { title: 'Documentos', numeric: true, value: (row) => number(row.documentos) },
        ...AMOUNTS,
      ],
      rows: lines,
      foot: summary.totales && { ...summary.totales, tipo_nombre: 'Total registrado (las notas de crédito restan)' },
    });
    return [sums, this.#withoutDetail(lines), this.#thatDoNotAddUp(summary.descuadrados)];
  }

  #thatDoNotAddUp(n) {
    if (!n) return null;
    const some = `${count(n, 'documento', 'documentos')} cuyo total no es la suma de sus montos`;
    return notice('warn', `Hay ${some}`, 'Están así en el registro del SII y se importaron sin cambios. En la lista llevan «No cuadra» y la diferencia: revíselos antes de declarar.');
  }

  // What the SII gives as a total of the month is in the totals and in no list.
  #withoutDetail(lines) {
    const names = new Set(lines.filter(({ detalle }) => detalle === false).map(({ tipo, tipo_nombre: name }) => name ?? `Tipo ${tipo}`));
    if (names.size === 0) return null;
    return el('p', { class: 'hint' }, `El SII informa solo el total del mes, sin documentos, de: ${[...names].join(', ')}. Está sumado arriba; no aparece en la lista ni en el CSV.`);
  }

  // The filter offers what the month has.
  #offer(lines) {
    const unique = (list) => [...new Map(list.map((item) => [item.value, item])).values()];
    options(this.#states, [{ value: '', text: 'Todos' }, ...unique(lines.map(({ estado }) => ({ value: estado, text: state(estado) })))]);
    options(this.#types, [{ value: '', text: 'Todos' }, ...unique(lines.map(({ tipo, tipo_nombre: name }) => ({ value: String(tipo), text: name ?? `Tipo ${tipo}` })))]);
  }

  async #loadList(signal) {
    const query = this.#query;
    const page = await get(`rcv/${this.#book}`, { ...query, limite: Math.min(this.#length, MOST) }, { signal });
    if (page.documentos.length === 0) {
      return query.q || query.estado || query.tipo ? empty('Ningún documento coincide con la búsqueda.') : null;
    }
    const columns = this.#columns();
    const node = table({ caption: `Documentos de ${this.#book} de ${period(query.periodo)}`, columns, rows: page.documentos });
    const shown = el('p', { class: 'muted', role: 'status' });
    const more = el('button', { type: 'button' }, 'Mostrar más');
    const trouble = el('div', {});
    let { siguiente } = page;
    const tellShown = () => {
      const n = node.querySelectorAll('tbody tr').length;
      this.#length = Math.max(PAGE, n);
      shown.textContent = siguiente ? `Se muestran los primeros ${number(n)} documentos.` : `${count(n, 'documento', 'documentos')} en total.`;
      more.hidden = !siguiente;
    };
    more.addEventListener('click', () => busy(more, async () => {
      show(trouble);
      this.#length += PAGE;
      try {
        const next = await get(`rcv/${this.#book}`, { ...query, limite: PAGE, cursor: siguiente }, { signal });
        addRows(node, columns, next.documentos);
        siguiente = next.siguiente;
        tellShown();
      } catch (error) {
        if (!signal.aborted) throw error;
        this.#refreshList(); // what came meanwhile is as short as before
      }
    }, trouble));
    tellShown();
    return [node, shown, more, trouble];
  }

  #columns() {
    return [
      { title: 'Folio', main: true, short: true, value: (row) => String(row.folio) },
      { title: 'Tipo', value: (row) => kindOf(row) },
      { title: 'Fecha', short: true, value: (row) => date(row.fecha_emision) },
      { title: this.#party, value: (row) => el('span', {}, row.razon_social || 'Sin nombre', ' ', el('span', { class: 'muted nowrap' }, rut(row.rut_contraparte))) },
      { title: 'Estado', value: (row) => [stateBadge(row.estado), ...unread(row), ...gap(row)] },
      ...AMOUNTS,
    ];
  }
}
