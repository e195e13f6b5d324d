// The buttons that ask something of the SII.

import { get, post } from './api.js';
import { byId, show } from './dom.js';
import { time } from './format.js';
import { connect } from './live.js';
import { notice, problem } from './notice.js';
import { follow, isFollowing } from './progress.js';
import { chosen, rangeText } from './selection.js';

const messages = byId('mensajes');

/** tell shows a message below the buttons. */
export const tell = (node) => show(messages, node);

/** busy runs what a button does, once at a time, and shows what fails. The button keeps the focus meanwhile. */
export async function busy(button, run, where = messages) {
  if (button.getAttribute('aria-disabled') === 'true') return;
  button.setAttribute('aria-disabled', 'true');
  try {
    await run();
  } catch (error) {
    if (error.name !== 'AbortError') show(where, problem(error)); // else something newer is shown already
  } finally {
    button.removeAttribute('aria-disabled');
  }
}

/** startActions has imported() called when an import ended within its answer. */
export function startActions(imported) {
  const tryToken = byId('probar');
  tryToken.addEventListener('click', () => busy(tryToken, async () => {
    tell(notice('info', 'Preguntando al SII…'));
    const { token, expires_at: expires } = await get('token', { rut: chosen().rut });
    tell(notice('good', 'El SII aceptó el certificado', `Token ${token}, vigente hasta el ${time(expires)}.`));
  }));

  const importRCV = byId('importar');
  byId('seleccion').addEventListener('submit', (event) => {
    event.preventDefault();
    if (isFollowing(chosen().rut)) {
      tell(notice('info', 'Ya hay una importación en curso', 'Espere a que termine para pedir otra de esta empresa.'));
      return;
    }
    busy(importRCV, () => startImport(imported));
  });
}

async function startImport(imported) {
  const { rut, desde, hasta } = chosen();
  tell(notice('info', `Pidiendo la importación de ${rangeText()}…`));
  const body = { rut, ...yearMonth(desde) };
  if (hasta !== desde) body.hasta = yearMonth(hasta);
  connect();
  const answer = await post('rcv/import', body, { headers: { Prefer: 'respond-async' } });
  if (answer.ok) { // a server that does not do it later
    imported(answer);
    return;
  }
  tell(notice('info', `Importando ${rangeText()}`, 'Puede seguir usando la página, o cerrarla: la importación continúa.'));
  await follow(answer);
}

function yearMonth(text) {
  const [year, month] = text.split('-').map(Number);
  return { year, month };
}
