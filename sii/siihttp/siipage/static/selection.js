// Which company and months the page is about; the address bar keeps it, so that a link shows the same.

import { get } from './api.js';
import { byId, el, options, show } from './dom.js';
import { showEnvironment } from './environment.js';
import { addMonths, currentPeriod, period, rut, through } from './format.js';

const FIRST = '2017-08'; // the register began with this month

const company = byId('empresa');
const from = byId('desde');
const to = byId('hasta');

/** chosen returns {rut, desde, hasta}. */
export const chosen = () => ({ rut: company.value, desde: from.value, hasta: to.value });

/** chosenMonths returns the months of the range. */
export const chosenMonths = () => through(from.value, to.value);

/** rangeText names months for people: those that are chosen, if no others are given. */
export function rangeText(first = from.value, last = to.value) {
  return first === last ? period(first) : `${period(first)} a ${period(last)}`;
}

/** companyText names a company for people. */
export function companyText(id) {
  return [...company.options].find(({ value }) => value === id)?.textContent ?? rut(id);
}

/** startSelection fills the pickers and calls changed whenever something else is chosen. */
export async function startSelection(changed) {
  const asked = new URLSearchParams(window.location.search);
  const last = currentPeriod();
  fillMonths(from, last);
  fillMonths(to, last);
  to.value = within(asked.get('hasta'), last) ?? within(asked.get('desde'), last) ?? addMonths(last, -1);
  from.value = within(asked.get('desde'), last) ?? to.value;
  if (from.value > to.value) from.value = to.value;

  const { empresas, ambiente } = await get('empresas');
  showEnvironment(ambiente);
  options(company, empresas.map(({ rut: id, nombre }) => ({ value: id, text: nombre ? `${nombre} (${rut(id)})` : rut(id) })));
  if (empresas.some(({ rut: id }) => id === asked.get('empresa'))) company.value = asked.get('empresa');

  const note = () => {
    remember();
    changed();
  };
  company.addEventListener('change', note);
  from.addEventListener('change', () => {
    if (to.value < from.value) to.value = from.value;
    note();
  });
  to.addEventListener('change', () => {
    if (from.value > to.value) from.value = to.value;
    note();
  });
  return empresas.length > 0;
}

const within = (text, last) => (/^\d{4}-(0[1-9]|1[0-2])$/.test(text ?? '') && text >= FIRST && text <= last ? text : undefined);

function fillMonths(select, last) {
  const groups = new Map();
  for (const month of through(FIRST, last).reverse()) {
    const year = month.slice(0, 4);
    if (!groups.has(year)) groups.set(year, el('optgroup', { label: year }));
    groups.get(year).append(el('option', { value: month }, period(month)));
  }
  show(select, [...groups.values()]);
}

function remember() {
  const { rut: empresa, desde, hasta } = chosen();
  window.history.replaceState(null, '', `?${new URLSearchParams({ empresa, desde, hasta })}`);
}
