// The npm package: the same elements and `Visavis.init` as the script tag, and the low layer. Importing it on a server touches no `window`.

import { define } from './elements.js';
import { initialiser } from './init.js';
import { lowLayer } from './low.js';

const MODULES = {
  bloonio: () => import('./widget.js'),
  appengine: () => import('./appengine.js'),
  mailoo: () => import('./mailoo.js'),
};
const source = (backend) => ({ file: MODULES[backend]() });
const init = initialiser(source);

define(source);

export const Visavis = { init: (options) => init(options) };
export const { ChatClient, WSClient } = lowLayer(source);
