/** What a page costs its main thread: CPU time and tasks that take too long, between a beginning and an end. */
export class Cost {
  #session;
  #page;
  #before;

  static async of(page) {
    const cost = new Cost();
    cost.#page = page;
    cost.#session = await page.context().newCDPSession(page);
    // Time that the thread ran, not time that passed.
    await cost.#session.send('Performance.enable', { timeDomain: 'threadTicks' });
    await page.evaluate(() => {
      window.longTasks = [];
      new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' });
    });
    return cost;
  }

  async begin() {
    this.#before = await this.#read();
    await this.#page.evaluate(() => { window.longTasks.length = 0; });
  }

  /** CPU of all tasks, of scripts and of layout and style in milliseconds, and the tasks over 50 ms. */
  async end() {
    const after = await this.#read();
    const spent = (...names) => names.reduce((sum, name) => sum + Math.round((after[name] - this.#before[name]) * 1000), 0);
    return {
      cpu: spent('TaskDuration'),
      script: spent('ScriptDuration'),
      layout: spent('LayoutDuration', 'RecalcStyleDuration'),
      long: (await this.#page.evaluate(() => window.longTasks)).map(Math.round),
    };
  }

  async #read() {
    const { metrics } = await this.#session.send('Performance.getMetrics');
    return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
  }
}
