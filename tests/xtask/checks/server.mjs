// A server that renders pages imports the package: nothing may need a browser's globals, now or a moment later.
for (const name of ['window', 'document', 'customElements', 'HTMLElement']) {
  if (name in globalThis) throw new Error(`this Node has a global ${name}; the check would prove nothing`);
}

const EXPECTED = {
  '@visavis/widget': { Visavis: 'object', ChatClient: 'function', WSClient: 'function' },
  '@visavis/widget/core': { Visavis: 'object', ChatClient: 'function', WSClient: 'function' },
};
const CALLS = { '@visavis/widget': ['init'], '@visavis/widget/core': ['connect'] };

for (const [entry, expected] of Object.entries(EXPECTED)) {
  const exports = await import(entry);
  await new Promise((resolve) => setTimeout(resolve, 50));
  const found = Object.fromEntries(Object.entries(exports).map(([name, value]) => [name, typeof value]));
  for (const name of new Set([...Object.keys(expected), ...Object.keys(found)])) {
    if (found[name] !== expected[name]) throw new Error(`${entry} should export ${name} as ${expected[name]}, and does as ${found[name]}`);
  }
  const calls = Object.keys(exports.Visavis);
  if (calls.join() !== CALLS[entry].join()) throw new Error(`Visavis of ${entry} should have ${CALLS[entry]}, and has ${calls}`);
  console.log(`   imported without a window: ${entry} with ${Object.keys(found).sort().join(', ')}`);
}

const [whole, core] = await Promise.all(Object.keys(EXPECTED).map((entry) => import(entry)));
if (whole.ChatClient !== core.ChatClient) throw new Error('both entries should share one low layer');

// The script tag's file is found by name, and is for a browser.
for (const entry of ['@visavis/widget/script', '@visavis/widget/visavis.js']) {
  if (!import.meta.resolve(entry).endsWith('/script/visavis.js')) throw new Error(`${entry} is ${import.meta.resolve(entry)}`);
}
