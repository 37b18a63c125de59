// The low layer, over the npm package's own module.

import { lowLayer } from './low.js';
import { source } from './modules.js';

export const { ChatClient, WSClient } = lowLayer(source);
