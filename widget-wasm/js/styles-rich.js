// The styles of back ends with files, queues and forms.

import attach from '../src/style/attach.css';
import attention from '../src/style/attention.css';
import rich from '../src/style/rich.css';
import stream from '../src/style/stream.css';
import { styles as plain } from './styles-plain.js';

export const styles = plain + rich + stream + attach + attention;
