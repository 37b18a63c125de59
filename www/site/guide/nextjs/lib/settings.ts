/** What names and opens the integration. The key must never be part of a page. */
export interface Integration {
  api: string;
  key: string;
  projectUid: string;
  integrationId: string;
}

/** The integration, or none while one of its four variables is missing. Read for every request. */
export function integration(): Integration | null {
  const api = origin('MAILOO_CHAT_INTEGRATION_API');
  const key = read('MAILOO_CHAT_INTEGRATION_API_KEY');
  const projectUid = read('MAILOO_CHAT_INTEGRATION_PROJECT_UID');
  const integrationId = read('MAILOO_CHAT_INTEGRATION_ID');
  return api && key && projectUid && integrationId ? { api, key, projectUid, integrationId } : null;
}

/** Where the visitor's wake-up socket is: the first of the three variables that is set. */
export function socketOrigin(): string | null {
  const found = origin('MAILOO_CHAT_WS_ORIGIN') ?? origin('MAILOO_CHAT_INTEGRATION_API') ?? origin('API_BASE_URL');
  return found?.replace(/^http/, 'ws') ?? null;
}

/** A first line that only the widget shows. */
export function welcomeMessage(): string | null {
  return read('MAILOO_CHAT_WELCOME_MESSAGE');
}

function origin(name: string): string | null {
  return read(name)?.replace(/\/+$/, '') ?? null;
}

function read(name: string): string | null {
  return process.env[name]?.trim() || null;
}
