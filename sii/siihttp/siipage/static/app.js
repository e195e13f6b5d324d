// The page: what is where, and what is loaded anew when something happens.

import { busy, startActions, tell } from './actions.js';
import { get, Problem } from './api.js';
import { changesOf } from './changes.js';
import { atMostEvery, byId, options, show } from './dom.js';
import { diagnose } from './doctor.js';
import { askEnvironment } from './environment.js';
import { count, period } from './format.js';
import { connect, startLive } from './live.js';
import { monthsOf } from './months.js';
import { notice, panel, problem } from './notice.js';
import { pendingOf } from './pending.js';
import { ask, follow, isFollowing, nameOf, startProgress, takeEvent } from './progress.js';
import { Register } from './register.js';
import { chosen, chosenMonths, startSelection } from './selection.js';
import { startTabs } from './tabs.js';

const registers = { compras: new Register(byId('compras'), 'compras'), ventas: new Register(byId('ventas'), 'ventas') };
const month = byId('mes');
let tab = 'compras';

const showRegister = () => registers[tab].load(chosen().rut, month.value);
const showMonths = panel(byId('meses'), (signal) => monthsOf(chosen(), signal));
const showPending = panel(byId('pendientes'), (signal) => pendingOf(chosen().rut, signal));
const showChanges = panel(byId('cambios'), (signal) => changesOf({ rut: chosen().rut }, signal));

function refresh() {
  showRegister();
  showMonths();
  showPending();
  showChanges();
}

// Events come in bursts.
const refreshSoon = atMostEvery(1000, refresh);

function offerMonths() {
  const months = chosenMonths().reverse();
  options(month, months.map((value) => ({ value, text: period(value) })));
  byId('mes-visible').hidden = months.length === 1;
}

function selected() {
  offerMonths();
  refresh();
  findJob().catch((error) => tell(problem(error)));
}

// findJob takes up an import that somebody began before, or on another page.
async function findJob() {
  const { rut } = chosen();
  if (isFollowing(rut)) return;
  const { trabajos } = await get('jobs', { rut });
  const open = trabajos.find(({ estado }) => estado === 'queued' || estado === 'running');
  if (!open || rut !== chosen().rut || isFollowing(rut)) return;
  connect();
  await follow(open);
}

// What of an import deserves a look.
function warningsOf({ descuadrados, columnas_faltantes: missing = [], columnas_desconocidas: unknown = [] } = {}) {
  return [
    descuadrados > 0 && `Revise ${count(descuadrados, 'documento', 'documentos')} cuyo total no es la suma de sus montos: en la lista llevan «No cuadra».`,
    missing.length > 0 && `El archivo del SII no traía estas columnas, que quedaron en cero: ${missing.join(', ')}.`,
    unknown.length > 0 && `El archivo del SII traía columnas que no se conocen y no se leyeron: ${unknown.join(', ')}.`,
  ];
}

function imported({ ventas, compras, cambios, adopta, avisos }, name) {
  askEnvironment().catch((error) => tell(problem(error)));
  tell(notice(avisos ? 'warn' : 'good', avisos ? 'Importación terminada, con avisos' : 'Importación terminada', name,
    adopta && 'La base de datos tenía filas de las que no se sabía de qué SII eran: quedaron como de este ambiente.',
    `${count(compras, 'compra', 'compras')} y ${count(ventas, 'venta', 'ventas')}; ${cambios > 0 ? count(cambios, 'cambio', 'cambios') : 'sin cambios'}.`,
    ...warningsOf(avisos)));
  refresh();
}

function jobEnded(job) {
  if (job.resultado) {
    imported(job.resultado, nameOf(job));
    return;
  }
  tell(problem(new Problem(job.problema)));
  refresh();
}

function happened(event) {
  takeEvent(event);
  if (event.rut !== chosen().rut) return;
  if (event.type === 'cambio' || (event.type === 'unidad' && event.estado === 'ok')) refreshSoon();
}

async function start() {
  startProgress(jobEnded);
  startLive(happened, () => {
    ask();
    refreshSoon();
  });
  startActions(imported);
  startTabs(document.querySelector('[role="tablist"]'), (name) => {
    tab = name;
    showRegister();
  });
  month.addEventListener('change', showRegister);
  const doctor = byId('diagnosticar');
  doctor.addEventListener('click', () => busy(doctor, async () => {
    show(byId('diagnostico'), notice('info', 'Revisando…', 'Puede tardar hasta un minuto.'));
    show(byId('diagnostico'), await diagnose(chosen().rut));
  }, byId('diagnostico')));
  if (!(await startSelection(selected))) {
    tell(notice('warn', 'No tiene empresas a su cargo', 'Pida acceso a quien administra el portal.'));
    return;
  }
  selected();
}

start().catch((error) => tell(problem(error)));
