/**
 * Replaces the relay by a socket in the page that welcomes with a long conversation. Runs before the page's own scripts;
 * `window.arrives(text)` lets one more message come, `window.changes(number, text)` gives one of them other words.
 */
export function installLongThread(length) {
  const at = (number) => new Date(Date.UTC(2026, 0, 1) + number * 60_000).toISOString();
  const message = (number) => ({
    id: `m${number}`, role: number % 2 ? 'visitor' : 'bot', name: 'Iris', content: `Message ${number} of many. It has **some** words.`, created_at: at(number),
  });
  const welcome = () => JSON.stringify({
    type: 'welcome', session_id: 'vs_long', widget_config: { tenant_name: 'Long' }, messages: Array.from({ length }, (_, index) => message(index + 1)),
  });
  // A server takes its own time for this, and its own memory, not the page's.
  let prepared = welcome();
  window.WebSocket = class extends EventTarget {
    readyState = 0;
    bufferedAmount = 0;

    constructor() {
      super();
      let newest = length;
      window.arrives = (content) => this.#hear({ type: 'msg', ...message((newest += 1)), role: 'bot', content });
      window.changes = (number, content) => this.#hear({ type: 'msg', ...message(number), content });
      setTimeout(() => {
        this.readyState = 1;
        this.#tell(new Event('open'));
        const data = prepared ?? welcome();
        prepared = undefined;
        this.#tell(new MessageEvent('message', { data }));
      });
    }

    #hear(frame) {
      this.#tell(new MessageEvent('message', { data: JSON.stringify(frame) }));
    }

    #tell(event) {
      this[`on${event.type}`]?.(event);
      this.dispatchEvent(event);
    }

    // A line that answers no ping is taken for dead after a while.
    send(text) {
      if (JSON.parse(text).type === 'ping') this.#hear({ type: 'pong' });
    }

    close() {}
  };
}
