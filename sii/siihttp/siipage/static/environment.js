// Of which SII the data are, in plain sight.

import { get } from './api.js';
import { badge } from './notice.js';
import { byId, show } from './dom.js';

const TEXTS = {
  prod: ['good', 'Datos del SII: producción'],
  cert: ['warn', 'Datos de prueba: SII de certificación'],
  other: ['bad', 'Datos de prueba: no son del SII'],
};

/** showEnvironment tells of which SII the data are; nothing if that is not known yet. */
export function showEnvironment(ambiente) {
  const [kind, text] = TEXTS[ambiente] ?? [];
  show(byId('ambiente'), text ? badge(kind, text) : '');
}

/** askEnvironment asks again, as after the first import. */
export async function askEnvironment() {
  const { ambiente } = await get('empresas');
  showEnvironment(ambiente);
}
