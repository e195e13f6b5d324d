// The diagnosis: what works, what does not, and what to do.

import { get } from './api.js';
import { el } from './dom.js';
import { time } from './format.js';
import { badge, notice } from './notice.js';

const STATES = { ok: ['good', 'Bien'], warn: ['warn', 'Atención'], fail: ['bad', 'Falla'], skipped: ['info', 'No revisado'] };

const CHECKS = {
  settings: 'Ambiente', certificate: 'Certificado', 'certificate.dates': 'Vigencia del certificado', 'certificate.rut': 'RUT del certificado',
  'certificate.key': 'Clave privada', 'certificate.chain': 'Emisor del certificado', 'clock.zone': 'Zona horaria', clock: 'Hora del equipo',
  dns: 'Dirección del servidor', tls: 'Conexión segura', seed: 'Semilla del SII', token: 'Ingreso con el certificado',
  rcv: 'Registro de compras y ventas', database: 'Base de datos', migrations: 'Tablas de la base de datos',
};

const nameOf = (check) => CHECKS[check] ?? check;

/** diagnose asks for a diagnosis and returns what to show of it. */
export async function diagnose(company) {
  const { revisiones, fecha } = await get('diagnostico', { rut: company });
  const failed = revisiones.filter(({ estado }) => estado === 'fail').length;
  const when = `Revisado el ${time(fecha)}.`;
  const verdict = failed === 0
    ? notice('good', 'Todo lo necesario funciona', when)
    : notice('bad', failed === 1 ? 'Hay algo que corregir' : `Hay ${failed} cosas que corregir`, when);
  return [verdict, el('ul', { class: 'checks' }, revisiones.map(item))];
}

function item({ revision, servidor, estado, detalle, consejo }) {
  const [kind, word] = STATES[estado] ?? ['info', estado];
  return el('li', {}, badge(kind, word), ' ', el('strong', {}, nameOf(revision)), servidor && el('span', { class: 'muted' }, ` ${servidor}`),
    el('p', {}, detalle), consejo && el('p', {}, `Qué hacer: ${consejo}`));
}
