// What is wrong with the page for who does not see it, or not well: a list of
// sentences. The rules are those of WCAG 2.2 AA that a program can decide.
(() => {
  const found = [];
  const say = (rule, node, more = '') => found.push(`${rule}: ${describe(node)} ${more}`.trim());
  const describe = (node) => `<${node.tagName.toLowerCase()}${node.id ? ` id=${node.id}` : ''}> ${(node.textContent || '').trim().slice(0, 40)}`;
  const visible = (node) => node.checkVisibility({ checkVisibilityCSS: true, checkOpacity: true }) && node.getClientRects().length > 0;
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // The document.
  const html = document.documentElement;
  if (!/^es(-|$)/.test(html.lang)) say('lang', html, html.lang);
  if (!document.title.trim()) say('title', html);
  if (!/width=device-width/.test(document.querySelector('meta[name=viewport]')?.content ?? '')) say('viewport', html);
  if (/user-scalable\s*=\s*no|maximum-scale/.test(document.querySelector('meta[name=viewport]')?.content ?? '')) say('zoom', html);
  if (all('main').length !== 1) say('one main', html);
  if (all('h1').length !== 1) say('one h1', html);

  // Headings go down one level at a time.
  let level = 0;
  for (const heading of all('h1,h2,h3,h4,h5,h6').filter(visible)) {
    const next = Number(heading.tagName[1]);
    if (next > level + 1) say('heading order', heading);
    if (!heading.textContent.trim()) say('empty heading', heading);
    level = next;
  }

  // Ids and what refers to them.
  const ids = all('[id]').map((node) => node.id);
  for (const id of new Set(ids)) if (ids.filter((other) => other === id).length > 1) say('id twice', document.getElementById(id));
  for (const attribute of ['aria-labelledby', 'aria-describedby', 'aria-controls', 'for']) {
    for (const node of all(`[${attribute}]`)) {
      for (const id of node.getAttribute(attribute).split(/\s+/)) if (!document.getElementById(id)) say(`${attribute} of nothing`, node, id);
    }
  }
  for (const link of all('a[href^="#"]')) if (!document.getElementById(link.hash.slice(1))) say('link to nothing', link);

  // Names.
  const nameOf = (node) => {
    const by = node.getAttribute('aria-labelledby');
    if (by) return by.split(/\s+/).map((id) => document.getElementById(id)?.textContent ?? '').join(' ').trim();
    return (node.getAttribute('aria-label') || (node.labels && [...node.labels].map((label) => label.textContent).join(' ')) || (node.matches('button,a,summary,[role=tab]') && node.textContent) || '').trim();
  };
  const controls = all('a[href],button,input,select,textarea,summary,[tabindex]').filter(visible);
  for (const node of [...controls.filter((node) => !node.matches('main')), ...all('progress,section,nav,[role=tablist],[role=tabpanel],[role=search],svg[role=img]').filter(visible)]) {
    if (!nameOf(node)) say('no name', node);
  }
  for (const image of all('img')) if (!image.hasAttribute('alt')) say('no alt', image);

  // Roles have what they need.
  const roles = new Set(['img', 'list', 'status', 'alert', 'tablist', 'tab', 'tabpanel', 'search', 'group', 'table', 'rowgroup', 'row', 'cell', 'columnheader', 'rowheader']);
  for (const node of all('[role]')) if (!roles.has(node.getAttribute('role'))) say('unknown role', node, node.getAttribute('role'));
  for (const tab of all('[role=tab]')) {
    if (!tab.closest('[role=tablist]')) say('tab without list', tab);
    if (!['true', 'false'].includes(tab.getAttribute('aria-selected'))) say('tab without state', tab);
    if (document.getElementById(tab.getAttribute('aria-controls'))?.getAttribute('role') !== 'tabpanel') say('tab without panel', tab);
  }
  for (const list of all('[role=tablist]')) if (all('[role=tab]', list).filter((tab) => tab.tabIndex === 0).length !== 1) say('one tab in the order', list);
  for (const table of all('table').filter(visible)) {
    if (!table.caption?.textContent.trim()) say('no caption', table);
    for (const cell of all('thead th', table)) if (cell.scope !== 'col') say('no scope', cell);
    for (const row of all('tbody tr', table)) if (!row.querySelector('th[scope=row]')) say('row without name', row);
    if (new Set(all('tr', table).map((row) => row.cells.length)).size !== 1) say('ragged table', table);
  }
  for (const live of ['mensajes', 'avance-texto', 'diagnostico']) if (document.getElementById(live)?.getAttribute('aria-live') !== 'polite') say('not live', document.getElementById(live));
  for (const drawing of all('svg[role=img]')) if (!drawing.querySelector('title')?.textContent || !drawing.querySelector('desc')?.textContent) say('drawing without words', drawing);
  for (const node of all('[aria-hidden=true]')) if (node.matches('a,button,input,select') || node.querySelector('a,button,input,select')) say('hidden control', node);

  // The order of focus is that of the page.
  for (const node of controls) if (node.tabIndex > 0) say('order of its own', node);

  // What scrolls by itself can be reached, to be scrolled with keys.
  for (const node of all('body *').filter(visible)) {
    if (/auto|scroll/.test(getComputedStyle(node).overflowY) && node.scrollHeight > node.clientHeight && node.tabIndex < 0) say('scrolled by a mouse alone', node);
  }

  // Targets are large enough for a finger; links within text need not be.
  for (const node of controls.filter((node) => node.matches('button,input,select,summary,nav a'))) {
    const box = node.getBoundingClientRect();
    if (box.width < 24 || box.height < 24) say('small target', node, `${box.width}x${box.height}`);
  }

  // Nothing is cut off to the right.
  if (html.scrollWidth > html.clientWidth) say('wider than the screen', html, `${html.scrollWidth} > ${html.clientWidth}`);

  // Contrast.
  const channels = (color) => {
    const numbers = color.match(/[\d.]+/g).map(Number);
    return { rgb: numbers.slice(0, 3), alpha: numbers[3] ?? 1 };
  };
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (a, b) => {
    const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (light + 0.05) / (dark + 0.05);
  };
  const over = (top, bottom) => top.rgb.map((value, i) => value * top.alpha + bottom[i] * (1 - top.alpha));
  const background = (node) => {
    const layers = [];
    for (let at = node; at; at = at.parentElement) {
      const layer = channels(getComputedStyle(at).backgroundColor);
      layers.push(layer);
      if (layer.alpha === 1) break;
    }
    return layers.reverse().reduce((color, layer) => over(layer, color), [255, 255, 255]);
  };
  let measured = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !visible(node) || node.matches('option,script,title,desc')) continue;
    const style = getComputedStyle(node);
    const color = node.closest('svg') ? style.fill : style.color;
    const behind = background(node.closest('svg')?.parentElement ?? node);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && Number(style.fontWeight) >= 700);
    const measure = ratio(over(channels(color), behind), behind);
    measured += 1;
    if (measure < (large ? 3 : 4.5)) say('contrast', node, measure.toFixed(2));
  }
  if (measured < 30) say('hardly any text', html, measured);
  for (const node of all('button,input,select').filter(visible).filter((node) => !node.matches('[role=tab]'))) {
    const style = getComputedStyle(node);
    const measure = Math.max(ratio(channels(style.borderTopColor).rgb, background(node.parentElement)), ratio(background(node), background(node.parentElement)));
    if (measure < 3) say('border', node, measure.toFixed(2));
  }
  for (const bar of all('svg rect')) {
    const style = getComputedStyle(bar);
    const color = style.stroke === 'none' ? style.fill : style.stroke;
    if (ratio(channels(color).rgb, background(bar.closest('svg').parentElement)) < 3) say('bar', bar);
  }
  return found;
})()
