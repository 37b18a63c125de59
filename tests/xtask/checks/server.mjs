// A server that renders pages imports the package: nothing may need a browser's globals, now or a moment later.
for (const name of ['window', 'document', 'customElements', 'HTMLElement']) {
  if (name in globalThis) throw new Error(`this Node has a global ${name}; the check would prove nothing`);
}

const widget = await import('@visavis/widget');
await new Promise((resolve) => setTimeout(resolve, 50));

const expected = { Visavis: 'object', ChatClient: 'function', WSClient: 'function' };
for (const [name, type] of Object.entries(expected)) {
  if (typeof widget[name] !== type) throw new Error(`${name} should be exported as ${type}, is ${typeof widget[name]}`);
}
if (typeof widget.Visavis.init !== 'function') throw new Error('Visavis.init should be a function');
console.log(`   imported without a window: ${Object.keys(widget).sort().join(', ')}`);
