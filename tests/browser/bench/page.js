/** The host page of every contestant: a heading, text, a list, a field and a button, without styles. */
export function hostPage(embedded) {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>A page</title></head>
<body>
  <main>
    <h1>A page</h1>
    <p>Some text of a page that has something to say.</p>
    <ul><li>One</li><li>Two</li><li>Three</li></ul>
    <label>Search <input></label> <button type="button">Go</button>
  </main>
  ${embedded}
</body>
</html>`;
}

/**
 * Runs in the page before its own scripts. Looks at every frame for the launcher, clicks it in that same frame, and looks for a field that takes text;
 * notes when each was there, and tells `window.arrived`. Without a launcher only the field counts.
 */
export function watch({ launcher, field }) {
  const seen = { tasks: [], memories: [] };
  Object.defineProperty(window, 'seen', { value: seen });
  new PerformanceObserver((list) => seen.tasks.push(...list.getEntries().map(({ startTime, duration }) => ({ startTime, duration })))).observe({ type: 'longtask', buffered: true });
  for (const name of ['instantiate', 'instantiateStreaming']) {
    const original = WebAssembly[name];
    WebAssembly[name] = async (...given) => {
      const made = await original.apply(WebAssembly, given);
      seen.memories.push(...Object.values((made.instance ?? made).exports).filter((value) => value instanceof WebAssembly.Memory));
      return made;
    };
  }
  const find = (root, selector) => {
    const found = root.querySelector(selector);
    if (found) return found;
    for (const { shadowRoot } of root.querySelectorAll(':not(:defined), *')) {
      const deeper = shadowRoot && find(shadowRoot, selector);
      if (deeper) return deeper;
    }
    return null;
  };
  const shows = (node) => {
    if (!node?.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
    const { top, left, bottom, right, width, height } = node.getBoundingClientRect();
    return width > 0 && height > 0 && top < innerHeight && left < innerWidth && bottom > 0 && right > 0;
  };
  const look = () => {
    if (!document.body) return void requestAnimationFrame(look);
    if (launcher && !seen.launcher) {
      const button = find(document, launcher);
      if (shows(button)) {
        seen.launcher = performance.now();
        button.click();
      }
    }
    const text = find(document, field);
    if (shows(text) && !text.disabled && !text.readOnly) {
      seen.field = performance.now();
      window.arrived?.('');
    } else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/** Runs in the page: what was seen, what was asked for, and what it holds. */
export function summary() {
  const { launcher, field, tasks, memories } = window.seen;
  const count = (root) => [...root.querySelectorAll('*')].reduce((sum, { shadowRoot }) => sum + 1 + (shadowRoot ? count(shadowRoot) : 0), 0);
  const own = document.querySelectorAll('html, head, head > :is(meta, title), body, main, main *').length;
  return {
    launcher,
    field,
    long: tasks.filter(({ startTime }) => startTime < field).map(({ duration }) => duration),
    asked: performance.getEntriesByType('resource').map(({ name, startTime }) => ({ name, startTime })),
    wasm: memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0),
    nodes: count(document) - own,
  };
}
