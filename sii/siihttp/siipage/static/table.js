// Tables that become cards on a narrow screen, and stay tables for who listens to them.

import { el } from './dom.js';

/**
 * table makes a table. A column is {title, value(row), numeric, short, main}: value returns text or an element,
 * what is short is not broken, main is the column that names its row. foot is a row of its own below all others.
 * What is returned is a box that scrolls where the table is wider, so that the page does not.
 */
export function table({ caption, columns, rows, foot }) {
  const head = el('tr', { role: 'row' }, columns.map((column) => el('th', { role: 'columnheader', scope: 'col', class: column.numeric && 'number' }, column.title)));
  const node = el('table', { role: 'table', class: 'cards' },
    el('caption', {}, caption),
    el('thead', { role: 'rowgroup' }, head),
    el('tbody', { role: 'rowgroup' }, rows.map((row) => line(columns, row))),
    foot && el('tfoot', { role: 'rowgroup' }, line(columns, foot)));
  const box = el('div', { class: 'scrolled' }, node);
  // Keys reach what they can scroll, and stop nowhere else.
  const watch = new ResizeObserver(() => {
    const wide = box.scrollWidth > box.clientWidth;
    for (const [name, value] of Object.entries({ tabindex: 0, role: 'group', 'aria-label': caption })) {
      if (wide) box.setAttribute(name, value);
      else box.removeAttribute(name);
    }
  });
  watch.observe(box);
  watch.observe(node);
  return box;
}

/** addRows puts more rows below those that a table has. */
export function addRows(box, columns, rows) {
  box.querySelector('tbody').append(...rows.map((row) => line(columns, row)));
}

function line(columns, row) {
  return el('tr', { role: 'row' }, columns.map((column) => {
    const value = column.value(row);
    const classes = [column.numeric && 'number', column.short && 'nowrap', (value === '' || value === null || value === undefined) && 'empty'];
    const attributes = { 'data-title': column.title, class: classes.filter(Boolean).join(' ') || null };
    return column.main ? el('th', { role: 'rowheader', scope: 'row', ...attributes }, value) : el('td', { role: 'cell', ...attributes }, value);
  }));
}
