/**
 * Makes a page's clock run fast from the moment `window.hurry(factor)` is called: timeouts, those already running too,
 * `performance.now` and `Date.now`, so that a day of reconnecting passes in seconds. Runs before the page's own scripts.
 */
export function installHaste() {
  let factor = 1;
  const { setTimeout, clearTimeout } = window;
  const clocks = [performance, Date].map((owner) => {
    const read = owner.now.bind(owner);
    const clock = { real: read(), shown: read() };
    owner.now = () => clock.shown + (read() - clock.real) * factor;
    return { turn: () => Object.assign(clock, { shown: owner.now(), real: read() }) };
  });

  const running = new Map();
  const arm = (timer) => {
    timer.native = setTimeout(() => {
      running.delete(timer.id);
      timer.act();
    }, Math.max(0, timer.due - performance.now()) / factor);
  };
  let last = 1_000_000;
  window.setTimeout = (act, ms = 0, ...given) => {
    const timer = { id: (last += 1), act: () => act(...given), due: performance.now() + ms };
    running.set(timer.id, timer);
    arm(timer);
    return timer.id;
  };
  window.clearTimeout = (id) => {
    clearTimeout(running.get(id)?.native);
    running.delete(id);
  };

  window.hurry = (next) => {
    for (const { turn } of clocks) turn();
    factor = next;
    for (const timer of running.values()) {
      clearTimeout(timer.native);
      arm(timer);
    }
  };
}

/**
 * Replaces the relay by sockets in the page that are welcomed and closed at once, as often as they are opened. Runs before
 * the page's own scripts; `window.line` counts them and says how they behave.
 */
export function installFickleLine() {
  const line = { closed: 0, fickle: false, live: null };
  Object.defineProperty(window, 'line', { value: line });
  answerCalls();
  window.WebSocket = class extends EventTarget {
    static CONNECTING = 0;
    static OPEN = 1;
    static CLOSING = 2;
    static CLOSED = 3;
    readyState = 0;
    bufferedAmount = 0;
    binaryType = 'blob';
    #port;

    constructor(url) {
      super();
      this.url = url;
      line.live = this;
      const steps = line.fickle ? ['open', 'welcome', 'close'] : ['open', 'welcome'];
      // A message channel has no clock: steps come one after the other, however fast the page's clock runs.
      const { port1, port2 } = new MessageChannel();
      this.#port = port1;
      port1.onmessage = ({ data }) => this.#step(data);
      for (const step of steps) port2.postMessage(step);
    }

    #step(step) {
      if (this.readyState === 3) return;
      if (step === 'open') {
        this.readyState = 1;
        this.#tell(new Event('open'));
      } else if (step === 'welcome') {
        const data = JSON.stringify({ type: 'welcome', session_id: 'vs_fickle', widget_config: { tenant_name: 'Fickle', is_online: true }, messages: [] });
        this.#tell(new MessageEvent('message', { data }));
      } else this.end(1012);
    }

    end(code) {
      this.readyState = 3;
      this.#port.close();
      line.closed += 1;
      line.live = null;
      this.#tell(new CloseEvent('close', { code, wasClean: true }));
    }

    #tell(event) {
      this[`on${event.type}`]?.(event);
      this.dispatchEvent(event);
    }

    send(text) {
      const { type, client_msg_id } = JSON.parse(text);
      if (type === 'ping') this.#tell(new MessageEvent('message', { data: '{"type":"pong"}' }));
      if (type === 'msg') this.#tell(new MessageEvent('message', { data: JSON.stringify({ type: 'ack', client_msg_id, message_id: `m${client_msg_id}` }) }));
    }

    close(code = 1005) {
      if (this.readyState !== 3) this.end(code);
    }
  };

  /** The relay's calls, answered at once: on a fast clock a real answer would always come too late. */
  function answerCalls() {
    const { fetch } = window;
    const config = { tenant_id: 't', tenant_name: 'Fickle', is_online: true };
    const encoded = (value) => btoa(JSON.stringify(value)).replace(/[+/=]/g, '');
    window.fetch = async (asked, ...more) => {
      const url = String(asked.url ?? asked);
      if (!url.includes('/api/v1/')) return fetch(asked, ...more);
      const now = Math.floor(Date.now() / 1000);
      const visitor_token = `${encoded({ alg: 'HS256' })}.${encoded({ sub: 'vs_fickle', iat: now, exp: now + 3600 })}.c2lnbmF0dXJl`;
      const session = { session_id: 'vs_fickle', visitor_token, expires_at: new Date((now + 3600) * 1000).toISOString(), widget_config: config };
      return Response.json({ status_code: 200, data: url.includes('widget-config') ? config : session });
    };
  }
}
