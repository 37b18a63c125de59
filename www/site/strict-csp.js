import { widgetOptions } from './parts/config.js';
import { loadVisavis } from './parts/widget.js';

const find = (id) => document.getElementById(id);
let violations = 0;

document.addEventListener('securitypolicyviolation', (event) => {
  violations += 1;
  find('count').textContent = violations;
  find('verdict').dataset.count = violations;
  find('verdict-title').textContent = violations === 1 ? 'violation' : 'violations';
  const item = document.createElement('li');
  const where = event.sourceFile ? ` at ${event.sourceFile}:${event.lineNumber}` : '';
  item.textContent = `${event.effectiveDirective} refused ${event.blockedURI || 'inline'}${where}`;
  find('violations').append(item);
});

showPolicy();
const Visavis = await loadVisavis();
if (Visavis) await Visavis.init(await widgetOptions());

async function showPolicy() {
  const answer = await fetch(location.href, { method: 'HEAD' });
  const policy = answer.headers.get('content-security-policy') ?? 'none';
  find('policy').textContent = policy.split('; ').join(';\n');
}
