/** What all entries of the package share. */

import type { Texts } from './wording.js';

export type { Counted, Texts } from './wording.js';

export type Options = BloonioOptions | AppEngineOptions | MailooOptions;

/** What is the same for all back ends. */
export interface CommonOptions {
  /** What to draw. Default: `launcher`, a floating button. The other two fill `target`. */
  mode?: 'launcher' | 'docked' | 'thread';
  /** The element to fill, or a selector of it. */
  target?: string | Element;
  /**
   * Language of the interface and of the session. Default: the page's, else the browser's, else `fr`. The interface has Arabic, Chinese
   * (simplified and traditional), Dutch, English, French, German, Hebrew, Hindi, Italian, Japanese, Korean, Polish, Portuguese, Russian,
   * Spanish, Turkish and Ukrainian; for another language it takes the page's, else English.
   */
  locale?: string;
  /** Words of the page's own in place of the widget's, such as `{ title: 'Ask us' }`; as an attribute, JSON. */
  texts?: Texts | string;
  /** Default: `auto`, as the visitor's system is set. */
  colorScheme?: 'auto' | 'light' | 'dark';
  /** The launcher's corner. Default: as the tenant has set, else `right`. */
  position?: 'right' | 'left';
  /** When the launcher brings the rest of the widget. Default: `idle`. */
  load?: 'idle' | 'eager' | 'interaction';
  /** A short sound when a message comes that the visitor does not see. Of several tabs only one rings. Default: `false`. */
  sound?: boolean;
  /** The number of unread messages before the page's title. Default: `false`. */
  titleBadge?: boolean;
  /** The visitor is offered notifications of messages that come while the page is in the background; the browser asks only once they press. Default: `false`. */
  notifications?: boolean;
}

/** Bloonio's relay. */
export interface BloonioOptions extends CommonOptions {
  /** Default: `bloonio`. */
  backend?: 'bloonio';
  /** The relay's address, such as `https://relay.example`. */
  baseUrl: string;
  tenantId: string;
  /** The widget's public key, `pk_…`. */
  publicKey: string;
  /** The queue the conversation goes to. */
  routingKey?: string;
  /** Who answers first. */
  sessionMode?: 'bot' | 'human';
  /** Context for whoever answers. */
  metadata?: Record<string, unknown> | string;
  /** `userId:signature`, both made by your server. */
  identity?: Provided;
  /** A ready visitor token, made by your server: no session is created. A function is asked again for each new one. */
  visitorToken?: Provided;
}

/** AppEngine's gateway. */
export interface AppEngineOptions extends CommonOptions {
  backend: 'appengine';
  /** The gateway's address, such as `https://gateway.example`. */
  baseUrl: string;
  /** The organisation's id. */
  orgId: string;
  /** The id of a chat configuration. */
  configId: string;
  /** A label for the place where the chat is embedded. */
  appId?: string;
  /** A public key that may read the settings. */
  appKey?: string;
  /** Who the visitor is: no form is shown. With `token` a user who is signed in, without it a guest. */
  user?: Provided<User | string>;
  /** The user's token, made by your server. A function is asked again for each new one. */
  token?: Provided;
  /** The Socket.IO namespace. Default: `/chat`. */
  namespace?: string;
  /** The vocabulary that is written. Default: `auto`, found out from the server's greeting. */
  dialect?: 'auto' | 'gateway' | 'seed';
  /**
   * From when on the visitor sees broadcasts. Default: `after-registration`, over the conversation's own connection. With
   * `before-registration` a page whose settings have broadcasts connects for them alone until the visitor has a conversation.
   */
  broadcasts?: 'after-registration' | 'before-registration';
}

/** Mailoo, through the site's own back end, which holds the key: no option takes one. */
export interface MailooOptions extends CommonOptions {
  backend: 'mailoo';
  /** Origin of the site's own back end. Default: the page's. */
  bffUrl?: string;
  /** Where it takes a message. Default: `/api/v1/webhooks/chat/submit`. */
  submitPath?: string;
  /** Where it tells the conversation. Default: `/api/v1/webhooks/chat/messages`. */
  messagesPath?: string;
  /** The project's public id, for the wake-up socket; without it the conversation is polled. */
  projectUid?: string;
  /** The integration's public id, beside `projectUid`. */
  integrationId?: string;
  /** Where the wake-up socket is: an origin, or a path of the site's back end that tells it. */
  wsOrigin?: string;
  /** A first line, shown before anybody wrote and never sent. */
  welcomeMessage?: string;
}

export interface User {
  email: string;
  name?: string;
  phone?: string;
}

export type Provided<T = string> = T | Promise<T> | (() => T | Promise<T>);

/** A conversation. Elements with the same back end, address, tenant and key share one. */
export interface Chat {
  /** Messages that nobody has looked at. */
  readonly unreadCount: number;
  /** Whether the other side types. */
  readonly botTyping: boolean;
  /** Whether a sound for what has just arrived is this tab's: of several tabs of the site one makes it. */
  readonly rings: boolean;
  readonly connection: ConnectionState;
  /** The conversation, oldest first. */
  readonly messages: Message[];
  open(): void;
  close(): void;
  toggle(): void;
  /** Resolves when the message is safely queued; it goes out when there is a connection. Rejects with a {@link ChatError}. */
  sendMessage(text: string): Promise<{ id: string }>;
  /** Sends a failed, uncertain or expired message again. */
  retry(localId: string): void;
  /** Removes a failed, uncertain or expired message. */
  discard(localId: string): void;
  /** Links the conversation to a user of your site: `userId:signature`. Rejects with a {@link ChatError} when that is refused. */
  identify(identity: string): Promise<void>;
  /** Returns a function that ends the listening. */
  on<Name extends keyof Events>(name: Name, listener: (detail: Events[Name]) => void): () => void;
  /**
   * Takes back the `init` or `connect` that this chat came from: removes its element and ends its listeners. It disconnects, unless
   * something else of the page shows the conversation. What was not sent goes out on the next visit.
   */
  destroy(): void;
}

export type ConnectionState = 'idle' | 'connecting' | 'live' | 'backoff' | 'paused' | 'suspended' | 'failed' | 'closed';
export type Author = 'visitor' | 'bot' | 'agent' | 'system';
export type Delivery = 'pending' | 'sending' | 'sent' | 'delivered' | 'read' | 'failed' | 'uncertain' | 'expired';

export interface Message {
  /** This browser's id, on the visitor's own messages: what `sendMessage` resolves to. */
  localId: string | null;
  /** The back end's id, once known. */
  id: string | null;
  author: Author;
  name: string | null;
  avatar: string | null;
  text: string;
  /** Milliseconds since 1970. */
  sentAt: number;
  attachments: { name: string; url: string; mime: string | null; size: number | null }[];
  status: Delivery;
  reason: string | null;
  /** Grows by one when the server lost the session and a new one began. */
  conversation: number;
  streamId: string | null;
  /** What the assistant looked up or did for it, where that was told while the answer arrived. */
  tools?: { tool: string; summary: string | null; result: string | null }[];
  /** It came with the history. */
  history: boolean;
  /** It was known before, with another text. */
  replaces: boolean;
}

export interface ChatError {
  kind: 'configuration' | 'refused' | 'session' | 'network' | 'protocol' | 'storage' | 'queue-full' | 'unsupported' | 'too-large';
  message: string;
  status: number | null;
  retryInMs: number | null;
}

/** Each is also dispatched on the element as a `CustomEvent` called `visavis:` and the name. */
export interface Events {
  ready: Record<string, never>;
  open: Record<string, never>;
  close: Record<string, never>;
  connection: { state: ConnectionState; reason: string | null; attempt: number; retryInMs: number | null };
  session: { change: 'created' | 'resumed' | 'refreshed' | 'replaced' | 'identified'; id: string | null };
  message: Message;
  'message-status': { localId: string; id: string | null; status: Delivery; reason: string | null };
  typing: { author: Author; name: string | null; on: boolean };
  unread: { count: number };
  agent: { change: 'assigned' | 'transferred' | 'changed' | 'left'; id: string | null; name: string | null };
  presence: { id: string | null; status: string };
  status: { value: string; reason: string | null };
  /** An answer in the making: `text` is what is new, at its end the whole. Then one `message` with this `streamId` comes, unless it was empty. */
  stream:
    | { id: string; kind: 'start' | 'chunk' | 'end' | 'error' | 'interrupted'; text: string | null }
    | { id: string; kind: 'tool-use' | 'tool-result'; text: null; tool: string; summary: string | null };
  /** The visitor's place in the queue for a person: one is next. */
  queue: { position: number | null; ahead: number | null; waitInMs: number | null };
  /** The site draws the visitor's attention to something; once for each id. */
  engage: { id: string; text: string; url: string | null };
  broadcast: { id: string; on: boolean; url: string | null; title: string | null };
  /** The visitor is asked who they are. An address is always asked for. */
  registration: { required: boolean; name: boolean; phone: boolean; comments: boolean };
  /** A file of a message is on its way: bytes that have left, and all. */
  upload: { localId: string; sent: number; total: number };
  /** Something that shows nowhere else was carried out, or refused: then an `error` says why. */
  command: { name: 'agent' | 'contact' | 'close-chat' | (string & {}); ok: boolean };
  gap: { from: string | null; to: string | null };
  error: ChatError;
}

/** The low layer: the relay's REST calls. Each resolves to the answer's data, as the relay spells it. */
export declare class ChatClient {
  constructor(options: { baseUrl: string });
  /** The widget's public settings, without a session. */
  fetchWidgetConfig(parameters: {
    tenantId: string;
    widgetPublicKey: string;
    origin: string;
  }): Promise<{ tenant_id: string; tenant_name?: string; is_online?: boolean; [field: string]: unknown }>;
  createVisitorSession(parameters: {
    tenantId: string;
    widgetPublicKey: string;
    origin: string;
    locale?: string;
    metadata?: Record<string, unknown>;
    routingKey?: string;
    mode?: 'bot' | 'human';
  }): Promise<VisitorSession>;
  /** A new token from an old one, expired or not. */
  refreshVisitorToken(parameters: { visitorToken: string }): Promise<Partial<VisitorSession> & { visitor_token: string }>;
  identifyVisitor(parameters: { visitorToken: string; userId: string; userSignature: string }): Promise<{ visitor_token?: string }>;
}

export interface VisitorSession {
  session_id: string;
  visitor_token: string;
  expires_at?: string;
  [field: string]: unknown;
}

/** A frame of the relay's socket. */
export interface Frame {
  type: string;
  [field: string]: unknown;
}

/** The low layer: the relay's socket, with heartbeat and reconnection. */
export declare class WSClient {
  constructor(
    options: { baseUrl: string; visitorToken: string },
    handlers?: {
      onWelcome?(frame: Frame): void;
      onAck?(frame: Frame): void;
      onMessage?(frame: Frame): void;
      onTyping?(frame: Frame): void;
      /** An error frame, or why the line was given up: then a new token is needed. */
      onError?(frame: Frame): void;
      /** Any other frame. */
      onFrame?(frame: Frame): void;
      onConnection?(detail: Events['connection']): void;
    },
  );
  /** Connects, and stays connected until `close`. */
  connect(): Promise<void>;
  /** Sends a frame, or keeps it until the relay's greeting. Throws when a hundred wait. */
  send(frame: Frame): void;
  close(): void;
}
