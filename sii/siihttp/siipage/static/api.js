// Calls of the API: JSON both ways, refusals as Problem.

const root = document.querySelector('meta[name="sii-api"]').content;
const base = new URL(`${root}/`, document.baseURI);
const elsewhere = base.origin !== window.location.origin;
const credentials = elsewhere ? 'include' : 'same-origin';

/** address returns the URL of a call; empty values of the query are left out. */
export function address(path, query = {}) {
  const url = new URL(path, base);
  for (const [name, value] of Object.entries(query)) {
    if (value !== '' && value !== null && value !== undefined) url.searchParams.set(name, value);
  }
  return url;
}

/** feed opens the stream of events after that id; empty is from now on. */
export function feed(query) {
  return new EventSource(address('events', query), { withCredentials: elsewhere });
}

/** Problem is an answer that says no (RFC 9457), or that there was none. */
export class Problem extends Error {
  constructor({ title, detail, advice, codigo, status, kind } = {}) {
    super(detail || title || 'El servicio no pudo responder');
    this.name = 'Problem';
    Object.assign(this, { title, detail, advice, codigo, status: status ?? 0, kind });
  }
}

// What to say when the answer itself says nothing, as one of a proxy.
const WITHOUT_WORDS = {
  401: { title: 'Su sesión terminó', advice: 'Vuelva a entrar al portal y cargue de nuevo esta página.' },
  403: { title: 'No tiene permiso para esto', advice: 'Pida acceso a quien administra el portal.' },
  413: { title: 'Es demasiado para una sola vez', advice: 'Pida menos meses.' },
  429: { title: 'Demasiadas consultas seguidas', advice: 'Espere un momento y vuelva a intentar.' },
};

async function refusal(response) {
  const words = WITHOUT_WORDS[response.status] ?? { title: 'El servicio no está disponible', advice: 'Espere un momento y vuelva a intentar.' };
  let said = {};
  if ((response.headers.get('Content-Type') ?? '').includes('json')) {
    try {
      said = parse(await response.text());
    } catch {
      // Half an answer has nothing to say.
    }
  }
  return new Problem({ ...words, ...said, status: response.status });
}

/** parse reads JSON. Whole numbers that JavaScript would round become BigInt, or the answer is refused. */
export function parse(text) {
  return JSON.parse(text, (key, value, context) => {
    if (typeof value !== 'number' || !Number.isInteger(value) || Number.isSafeInteger(value)) return value;
    if (!/^-?\d+$/.test(context?.source ?? '')) {
      throw new Problem({ title: 'Un número es demasiado grande para este navegador', advice: 'Actualice su navegador, o descargue el CSV.' });
    }
    return BigInt(context.source);
  });
}

async function call(method, path, { query, content, signal, headers } = {}) {
  const init = { method, credentials, signal, headers: { Accept: 'application/json', ...headers } };
  if (content !== undefined) {
    init.body = JSON.stringify(content);
    init.headers['Content-Type'] = 'application/json';
  }
  try {
    const response = await fetch(address(path, query), init);
    if (!response.ok) throw await refusal(response);
    return { headers: response.headers, body: await response.blob() };
  } catch (error) {
    if (error instanceof Problem || error.name === 'AbortError') throw error;
    throw new Problem({ title: 'No hay conexión con el servicio', advice: 'Revise su conexión a internet y vuelva a intentar.' });
  }
}

export async function get(path, query, options) {
  const { body } = await call('GET', path, { query, ...options });
  return parse(await body.text());
}

export async function post(path, content, options) {
  const { body } = await call('POST', path, { content, ...options });
  return parse(await body.text());
}

/** download fetches a file and hands it to the browser under the name that the API gave it. */
export async function download(path, query, fallback) {
  const { headers, body } = await call('GET', path, { query, headers: { Accept: 'text/csv' } });
  const name = /filename="([^"\\/]+)"/.exec(headers.get('Content-Disposition') ?? '')?.[1] ?? fallback;
  const url = URL.createObjectURL(body);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
