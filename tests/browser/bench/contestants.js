import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';

import { named } from '../stage/demo.js';
import { scriptTag } from '../stage/host.js';
import { signedIn } from '../stage/visit.js';
import { hostPage } from './page.js';

const RIVALS = fileURLToPath(new URL('../rivals/node_modules/', import.meta.url));

const OURS = { launcher: '[part~="launcher-button"]', field: '[part~="composer-input"]' };

/** Who takes part, each with the address of its page and how its launcher and its field are found. */
export async function contestants(shelf, demo) {
  shelf.folder('/rivals/', RIVALS);
  shelf.folder('/', named('VISAVIS_WIDGET_DIR'));
  const { options: gateway } = await signedIn(demo.gateway, demo.gatewayOptions);
  const ours = (name, options) => ({ name, ...OURS, url: shelf.page(`/${name}`, hostPage(scriptTag(options))) });
  return [
    ours('bloonio', demo.options),
    ours('mailoo', { backend: 'mailoo', bffUrl: shelf.origin, locale: 'en' }),
    ours('appengine', gateway),
    typebot(shelf),
    deepChat(shelf),
    byHand(shelf),
  ];
}

function typebot(shelf) {
  const text = (content) => ({ type: 'richText', richText: [{ type: 'p', children: [{ text: content }] }] });
  shelf.json('/api/v1/typebots/bench/startChat', {
    sessionId: randomUUID(),
    typebot: { id: 'bench', version: '6.1', theme: {}, settings: { typingEmulation: { enabled: false } } },
    messages: [{ id: 'm1', type: 'text', content: text('How can I help?') }],
    input: { id: 'i1', type: 'text input', options: {} },
  });
  const begin = `import Typebot from '/rivals/@typebot.io/js/dist/web.js'; Typebot.initBubble({ typebot: 'bench', apiHost: '${shelf.origin}' });`;
  return {
    name: 'Typebot',
    launcher: 'button[part~="button"]',
    field: 'input[type="text"], textarea',
    url: shelf.page('/typebot', hostPage(`<script type="module">${begin}</script>`)),
  };
}

function deepChat(shelf) {
  const begin = `import '/rivals/deep-chat/dist/deepChat.bundle.js';`;
  const element = '<deep-chat></deep-chat>';
  return {
    name: 'deep-chat',
    field: '#text-input',
    url: shelf.page('/deep-chat', hostPage(`${element}<script type="module">${begin}</script>`)),
    library: shelf.page('/deep-chat/library', hostPage(`<script type="module">${begin}</script>`)),
  };
}

/** The least there can be: a launcher and a panel without a framework, what the method itself costs. */
function byHand(shelf) {
  const begin = `
    const root = document.body.appendChild(document.createElement('div')).attachShadow({ mode: 'open' });
    const button = Object.assign(document.createElement('button'), { id: 'launcher', textContent: 'Chat' });
    button.style.cssText = 'position:fixed;right:20px;bottom:20px';
    button.onclick = () => {
      const panel = document.createElement('div');
      panel.style.cssText = 'position:fixed;right:20px;bottom:80px;width:380px;height:560px;background:#fff';
      panel.append(document.createElement('div'), Object.assign(document.createElement('textarea'), { id: 'field' }));
      root.append(panel);
    };
    root.append(button);`;
  return { name: 'by hand', launcher: '#launcher', field: '#field', url: shelf.page('/by-hand', hostPage(`<script type="module">${begin}</script>`)) };
}
