/**
 * Runs in every page before its own scripts, and notes what a test asks for later under `window.probes`:
 * events that reached the document, violations of the page's policy, sockets, timers and the memory of WebAssembly.
 */
export function installProbes() {
  const NAMES = [
    'ready', 'connection', 'message', 'message-status', 'typing', 'unread', 'open', 'close', 'agent', 'queue', 'presence',
    'stream', 'engage', 'broadcast', 'registration', 'upload', 'command', 'status', 'session', 'gap', 'error',
  ];
  const probes = { events: [], violations: [], sockets: new Set(), timers: new Set(), modules: [] };
  Object.defineProperty(window, 'probes', { value: probes });

  for (const name of NAMES) {
    document.addEventListener(`visavis:${name}`, ({ detail, bubbles, composed, target }) => {
      probes.events.push({ name, detail, bubbles, composed, target: target.localName });
    });
  }
  document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sample }) => {
    probes.violations.push(`${effectiveDirective} refused ${blockedURI} ${sample}`);
  });

  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket {
    constructor(...given) {
      super(...given);
      probes.sockets.add(this);
      this.addEventListener('close', () => probes.sockets.delete(this), { once: true });
    }
  };

  const { setTimeout, clearTimeout, setInterval, clearInterval } = window;
  window.setTimeout = (act, ms, ...given) => {
    const timer = setTimeout(() => {
      probes.timers.delete(timer);
      if (typeof act === 'function') act(...given);
    }, ms);
    probes.timers.add(timer);
    return timer;
  };
  window.setInterval = (...given) => {
    const timer = setInterval(...given);
    probes.timers.add(timer);
    return timer;
  };
  window.clearTimeout = (timer) => {
    probes.timers.delete(timer);
    clearTimeout(timer);
  };
  window.clearInterval = (timer) => {
    probes.timers.delete(timer);
    clearInterval(timer);
  };

  for (const name of ['instantiate', 'instantiateStreaming']) {
    const original = WebAssembly[name];
    WebAssembly[name] = async (...given) => {
      const made = await original.apply(WebAssembly, given);
      probes.modules.push((made.instance ?? made).exports);
      return made;
    };
  }
}

/** What a page holds at this moment. To be called in the page. */
export function holdings() {
  const exported = (kind) => window.probes.modules.flatMap((exports) => Object.values(exports).filter((value) => value instanceof kind));
  return {
    openSockets: [...window.probes.sockets].filter(({ readyState }) => readyState < WebSocket.CLOSING).length,
    timers: window.probes.timers.size,
    memoryPages: exported(WebAssembly.Memory).reduce((sum, memory) => sum + memory.buffer.byteLength / 65_536, 0),
    tableEntries: exported(WebAssembly.Table).reduce((sum, table) => sum + table.length, 0),
    widgetNodes: document.querySelectorAll('visavis-launcher, visavis-panel, visavis-thread').length,
  };
}

/** All events of one name that reached the document, or all at once. To be called in the page. */
export function eventsOf(name) {
  return window.probes.events.filter((event) => !name || event.name === name);
}

/** Where a page could have written something down. To be called in the page. */
export async function storedThings() {
  const databases = await indexedDB.databases();
  return {
    local: Object.keys(localStorage),
    session: Object.keys(sessionStorage),
    databases: databases.map(({ name }) => name),
    caches: await caches.keys(),
    cookies: document.cookie,
    workers: (await navigator.serviceWorker.getRegistrations()).length,
  };
}
