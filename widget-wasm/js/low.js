// The low layer: the relay's protocol and nothing else, in the shape its documentation uses.

import { load } from './module.js';

/** Makes the two classes; `source` imports the module. */
export function lowLayer(source) {
  /** The relay's REST calls of a visitor. Each resolves to the answer's data, as the relay spells it. */
  class ChatClient {
    #baseUrl;

    constructor({ baseUrl }) {
      this.#baseUrl = baseUrl;
    }

    /** The widget's public settings, without a session. */
    fetchWidgetConfig(parameters) {
      return this.#call('fetchWidgetConfig', parameters);
    }

    /** A session with its token: `session_id`, `visitor_token`, `expires_at`. */
    createVisitorSession({ metadata, ...parameters }) {
      return this.#call('createVisitorSession', { ...parameters, metadata: metadata && JSON.stringify(metadata) });
    }

    /** A new token for a session, from its old one, expired or not. */
    refreshVisitorToken(parameters) {
      return this.#call('refreshVisitorToken', parameters);
    }

    /** Links a session to a user of the site. The signature is made by your server. */
    identifyVisitor(parameters) {
      return this.#call('identifyVisitor', parameters);
    }

    async #call(name, parameters) {
      const { lowCall } = await load(source);
      return JSON.parse(await lowCall(name, this.#baseUrl, parameters).catch(raise));
    }
  }

  /** The relay's socket, with heartbeat and reconnection. Handlers get the frames as the relay sent them. */
  class WSClient {
    #options;
    #handlers;
    #line;
    #waiting = [];

    constructor(options, handlers = {}) {
      this.#options = options;
      this.#handlers = handlers;
    }

    /** Connects, and stays connected until `close`. */
    async connect() {
      const { baseUrl, visitorToken } = this.#options;
      const closed = (this.#waiting ??= []);
      const { Line } = await load(source);
      if (this.#waiting !== closed) return;
      try {
        this.#line ??= new Line(baseUrl, visitorToken, (kind, detail) => this.#tell(kind, detail));
      } catch (error) {
        raise(error);
      }
      this.#line.connect();
      for (const frame of this.#waiting.splice(0)) this.#line.send(frame);
    }

    /** Sends a frame, or keeps it until the relay's greeting. */
    send(frame) {
      const text = JSON.stringify(frame);
      if (!this.#line) return void this.#waiting.push(text);
      try {
        this.#line.send(text);
      } catch (error) {
        raise(error);
      }
    }

    /** Disconnects and stays so. */
    close() {
      this.#waiting = [];
      this.#line?.close();
    }

    #tell(kind, detail) {
      const handler = { welcome: 'onWelcome', ack: 'onAck', msg: 'onMessage', typing: 'onTyping', error: 'onError' }[kind];
      try {
        if (kind === 'connection') this.#handlers.onConnection?.(detail);
        else if (kind === 'failed') this.#handlers.onError?.({ type: 'error', code: detail.kind, message: detail.message });
        else this.#handlers[handler ?? 'onFrame']?.(JSON.parse(detail));
      } catch (error) {
        reportError(error);
      }
    }
  }

  return { ChatClient, WSClient };
}

/** The module's errors are plain objects; a page expects an `Error`. */
function raise({ message, ...rest }) {
  throw Object.assign(new Error(message), rest);
}
