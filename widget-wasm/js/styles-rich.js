// What the second stage has of back ends with files, queues and forms: their styles, and what is brought only when it is wanted.

import answer from '../src/style/answer.css';
import attach from '../src/style/attach.css';
import attention from '../src/style/attention.css';
import rich from '../src/style/rich.css';
import stream from '../src/style/stream.css';
import { styles as plain } from './styles-plain.js';

export const styles = plain + rich + stream + attach + attention + answer;
export { enliven } from './emoji-button.js';
