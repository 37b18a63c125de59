import { createHmac, timingSafeEqual } from 'node:crypto';

const NAME = 'visavis_chat';
const KEPT = 4;
const LIFETIME_S = 30 * 24 * 3600;

/** The sessions that a browser opened. Its cookie holds signatures of their ids, not the ids, and scripts cannot read it. */
export interface Opened {
  has(session: string): boolean;
  /** The `Set-Cookie` header that adds a session. */
  withSession(session: string): string;
}

/** What the request's cookie says. A session id is worth a whole conversation, so none is taken on trust. */
export function openedBy(request: Request, key: string): Opened {
  const signatures = cookie(request, NAME)?.split('.').slice(0, KEPT) ?? [];
  const sign = (session: string) => createHmac('sha256', key).update('visavis chat session\0').update(session).digest();
  return {
    has: (session) => signatures.some((signature) => isSame(Buffer.from(signature, 'hex'), sign(session))),
    withSession(session) {
      const value = [sign(session).toString('hex'), ...signatures.slice(0, KEPT - 1)].join('.');
      return `${NAME}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${LIFETIME_S}`;
    },
  };
}

function isSame(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

function cookie(request: Request, name: string): string | undefined {
  const pairs = (request.headers.get('cookie') ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}
