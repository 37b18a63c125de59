// The npm package: the same elements and `Visavis.init` as the script tag, and the low layer. Importing it on a server touches no `window`.

import { define } from './elements.js';
import { initialiser } from './init.js';
import { source } from './modules.js';

const init = initialiser(source);

define(source);

export const Visavis = { init: (options) => init(options) };
export { ChatClient, WSClient } from './protocol.js';
