// The second stage: the WebAssembly module with its style sheet and its words. The loader imports this file when it is wanted.

export { styles } from 'visavis-styles';
export { connect, start } from './whole.js';
