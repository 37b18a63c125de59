import { allow } from '../../../../../../lib/allowance';
import { currentUser } from '../../../../../../lib/current-user';
import { messageId, originOf, sessionId, upstream } from '../../../../../../lib/mailoo';
import { refused, told } from '../../../../../../lib/refusals';
import { openedBy } from '../../../../../../lib/sessions';
import { integration } from '../../../../../../lib/settings';

const BODY_LIMIT = 128 * 1024;
const MESSAGE_LIMIT = 16_000;

export async function POST(request: Request): Promise<Response> {
  if (!isOurPage(request)) return refused('foreign-page');
  const wait = allow('send', request);
  if (wait) return refused('too-many', wait);
  const message = await read(request);
  if (message instanceof Response) return message;
  const chat = integration();
  if (!chat) return refused('not-set-up');
  const opened = openedBy(request, chat.key);
  if (message.session !== undefined && !opened.has(message.session)) return refused('session-gone');
  const user = await currentUser();
  const answer = await upstream(chat, ['messages'], {
    origin: originOf(request),
    body: {
      content: message.content,
      ...(message.session !== undefined && { sessionPublicId: message.session }),
      ...(user && { senderEmail: user.email, senderName: user.name }),
    },
  });
  if (answer instanceof Response) return answer;
  const session = sessionId(answer.body) ?? message.session;
  const headers = new Headers();
  if (session !== undefined && !opened.has(session)) headers.append('set-cookie', opened.withSession(session));
  return told({ success: true, messageId: messageId(answer.body), sessionPublicId: sessionId(answer.body) }, headers);
}

/** Another site's page must not write in a visitor's name. */
function isOurPage(request: Request): boolean {
  const origin = request.headers.get('origin');
  return origin === null || (URL.canParse(origin) && new URL(origin).host === request.headers.get('host'));
}

async function read(request: Request): Promise<{ content: string; session?: string } | Response> {
  if (Number(request.headers.get('content-length') ?? 0) > BODY_LIMIT) return refused('too-large');
  const body: unknown = await request.json().catch(() => null);
  if (typeof body !== 'object' || body === null) return refused('bad-request');
  const { content, sessionPublicId: session } = body as Record<string, unknown>;
  if (typeof content !== 'string' || content.trim() === '') return refused('bad-request');
  if ([...content].length > MESSAGE_LIMIT) return refused('too-large');
  if (session === undefined || session === null) return { content };
  return typeof session === 'string' ? { content, session } : refused('bad-request');
}
