/** Why a call was not answered, with the status and the words for it. */
const REFUSALS = {
  'bad-request': [400, 'expected a text `content` and, after the first message, `sessionPublicId`'],
  'foreign-page': [403, 'only pages of this site may chat here'],
  misconfigured: [403, "the chat service does not accept this site; its server's log says more"],
  'session-gone': [404, 'there is no such conversation'],
  'too-large': [413, 'the message is longer than 16,000 characters'],
  'too-many': [429, 'too many calls; wait a moment'],
  'not-taken': [422, 'the chat service did not take the message'],
  failed: [502, 'the chat service failed'],
  'not-set-up': [503, 'the chat of this site is not set up: its server needs the MAILOO_CHAT_INTEGRATION variables'],
  busy: [503, 'the chat service is busy; wait a moment'],
  late: [504, 'the chat service did not answer in time'],
} as const;

/** `wait` is the value of `Retry-After`; `status` replaces the usual one. */
export function refused(why: keyof typeof REFUSALS, wait?: string | null, status?: number): Response {
  const [usual, message] = REFUSALS[why];
  const headers = new Headers({ 'cache-control': 'no-store' });
  if (wait) headers.set('retry-after', wait);
  return Response.json({ success: false, message }, { status: status ?? usual, headers });
}

/** An answer that nobody keeps. */
export function told(body: object, headers = new Headers()): Response {
  headers.set('cache-control', 'no-store');
  return Response.json(body, { headers });
}
