import { refused } from './refusals';
import type { Integration } from './settings';

/** Shorter than the ten seconds that the widget waits, so that it hears our answer. */
const LIMIT_MS = 8_000;

interface Call {
  origin: string | null;
  body?: object;
  query?: Record<string, string | null>;
  known?: string | null;
}

interface Answer {
  status: number;
  body: unknown;
  tag: string | null;
}

/** Calls Mailoo's API with the key. Its errors come back as causes, never as its own words. */
export async function upstream(chat: Integration, path: string[], call: Call): Promise<Answer | Response> {
  const ids = [chat.projectUid, chat.integrationId, ...path].map(encodeURIComponent);
  const url = new URL(`${chat.api}/api/v1/webhooks/chat/${ids.join('/')}`);
  for (const [name, value] of Object.entries(call.query ?? {})) if (value) url.searchParams.set(name, value);
  const headers = new Headers({ 'x-api-key': chat.key });
  if (call.origin) headers.set('origin', call.origin);
  if (call.known) headers.set('if-none-match', call.known);
  if (call.body) headers.set('content-type', 'application/json');
  try {
    const response = await fetch(url, {
      method: call.body ? 'POST' : 'GET',
      headers,
      body: call.body && JSON.stringify(call.body),
      cache: 'no-store',
      redirect: 'manual',
      signal: AbortSignal.timeout(LIMIT_MS),
    });
    if (!response.ok && response.status !== 304) return refusal(response);
    const body: unknown = response.status === 304 ? null : await response.json();
    return { status: response.status, body, tag: response.headers.get('etag') };
  } catch (error) {
    return failure(error);
  }
}

function refusal(response: Response): Response {
  console.warn(`Mailoo's API answered ${response.status}`);
  const wait = response.headers.get('retry-after');
  switch (response.status) {
    case 401:
    case 403:
      return refused('misconfigured');
    case 404:
      return refused('session-gone');
    case 429:
      return refused('too-many', wait);
    case 503:
      return refused('busy', wait);
    case 504:
      return refused('late');
    default:
      return response.status >= 400 && response.status < 500 ? refused('not-taken', null, response.status) : refused('failed');
  }
}

/** Nothing was taken by a server that could not be reached; otherwise what was sent may have arrived. */
function failure(error: unknown): Response {
  console.warn(`A call to Mailoo's API failed: ${error instanceof Error ? error.name : 'unknown'}`);
  if (error instanceof DOMException && error.name === 'TimeoutError') return refused('late');
  const cause = error instanceof TypeError ? (error.cause as { code?: string } | undefined)?.code : undefined;
  return refused(cause === 'ECONNREFUSED' || cause === 'ENOTFOUND' ? 'busy' : 'failed');
}

/** The page's origin, which Mailoo checks against the integration's list. */
export function originOf(request: Request): string | null {
  const stated = request.headers.get('origin');
  if (stated && stated !== 'null') return stated;
  // Browsers leave it out of a read from the same origin.
  const host = request.headers.get('host');
  return host && `${new URL(request.url).protocol}//${host}`;
}

/** The session's id, wherever it stands: no answer of these calls is published. */
export function sessionId(body: unknown): string | undefined {
  return text(body, ['sessionPublicId'], ['session', 'publicId'], ['session', 'sessionPublicId'],
    ['data', 'sessionPublicId'], ['data', 'session', 'publicId']);
}

/** The message's id. */
export function messageId(body: unknown): string | undefined {
  return text(body, ['messageId'], ['message', 'id'], ['message', 'publicId'], ['id'], ['data', 'messageId'], ['data', 'message', 'id']);
}

const PUBLIC = new Set([
  'id', 'messageId', 'publicId', 'uid', 'content', 'text', 'body', 'message', 'createdAt', 'created_at', 'sentAt', 'timestamp',
  'direction', 'senderType', 'sender', 'role', 'author', 'from', 'senderName', 'authorName', 'name',
]);

/** The messages with the fields that a visitor may see. */
export function publicMessages(body: unknown): object[] | undefined {
  const list = [[], ['messages'], ['items'], ['data'], ['data', 'messages']].map((path) => at(body, path)).find(Array.isArray);
  return list?.map((message: unknown) =>
    Object.fromEntries(Object.entries(Object(message) as object).filter(([name]) => PUBLIC.has(name))),
  );
}

function text(body: unknown, ...paths: string[][]): string | undefined {
  const found = paths.map((path) => at(body, path)).find((value) => typeof value === 'number' || (typeof value === 'string' && value !== ''));
  return found === undefined ? undefined : String(found);
}

function at(body: unknown, path: string[]): unknown {
  return path.reduce<unknown>(
    (value, name) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined),
    body,
  );
}
