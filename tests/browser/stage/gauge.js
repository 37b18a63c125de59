/** Counts of Chromium's own about one page: listeners, nodes and what the garbage collector could not free. */
export class Gauge {
  #session;

  constructor(session) {
    this.#session = session;
  }

  static async of(page) {
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable');
    return new Gauge(session);
  }

  /** After a garbage collection, so that only what somebody still holds is counted. */
  async read() {
    for (let round = 0; round < 3; round += 1) await this.#session.send('HeapProfiler.collectGarbage');
    const { metrics } = await this.#session.send('Performance.getMetrics');
    const value = (name) => metrics.find((metric) => metric.name === name).value;
    return { listeners: value('JSEventListeners'), nodes: value('Nodes'), heap: value('JSHeapUsedSize') };
  }

  /** How many listeners stand on an object that lives as long as the page, such as `window`. */
  async listenersOn(expression) {
    const { result } = await this.#session.send('Runtime.evaluate', { expression });
    const { listeners } = await this.#session.send('DOMDebugger.getEventListeners', { objectId: result.objectId });
    return listeners.map(({ type }) => type).sort();
  }
}
