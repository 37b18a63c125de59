import { allow } from '../../../../../../lib/allowance';
import { originOf, publicMessages, upstream } from '../../../../../../lib/mailoo';
import { refused, told } from '../../../../../../lib/refusals';
import { openedBy } from '../../../../../../lib/sessions';
import { integration } from '../../../../../../lib/settings';

export async function GET(request: Request): Promise<Response> {
  const wait = allow('poll', request);
  if (wait) return refused('too-many', wait);
  const query = new URL(request.url).searchParams;
  const session = query.get('sessionPublicId');
  if (!session) return refused('bad-request');
  const chat = integration();
  if (!chat) return refused('not-set-up');
  if (!openedBy(request, chat.key).has(session)) return refused('session-gone');
  const answer = await upstream(chat, ['sessions', session, 'messages'], {
    origin: originOf(request),
    query: { since: query.get('since') },
    known: request.headers.get('if-none-match'),
  });
  if (answer instanceof Response) return answer;
  const headers = new Headers(answer.tag ? { etag: answer.tag } : {});
  if (answer.status === 304) return new Response(null, { status: 304, headers });
  const messages = publicMessages(answer.body);
  return messages ? told({ messages }, headers) : refused('failed');
}
