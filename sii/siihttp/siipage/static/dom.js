// Elements from text. What others wrote becomes a text node or an attribute, never markup.

const SVG = 'http://www.w3.org/2000/svg';

/** el makes an element; null and undefined children and attributes are left out. */
export function el(name, attributes, ...children) {
  return fill(document.createElement(name), attributes, children);
}

/** svg makes an element of a drawing. */
export function svg(name, attributes, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === true) node.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

/** show replaces what a node has. */
export function show(node, ...children) {
  node.replaceChildren(...children.flat().filter(Boolean));
}

export const byId = (id) => document.getElementById(id);

/** options fills a select and keeps what was chosen, if it is still there. */
export function options(select, list) {
  const chosen = select.value;
  show(select, list.map(({ value, text }) => el('option', { value }, text)));
  if (list.some(({ value }) => value === chosen)) select.value = chosen;
}

/** later calls a function once, some time after the last of many calls. */
export function later(milliseconds, call) {
  let timer = 0;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(call, milliseconds, ...args);
  };
}

/** atMostEvery calls a function once for many calls, at most so often. */
export function atMostEvery(milliseconds, call) {
  let timer = 0;
  return () => {
    timer ||= setTimeout(() => {
      timer = 0;
      call();
    }, milliseconds);
  };
}
