// The second stage: the WebAssembly module with its style sheet. The loader imports this file when it is wanted.

export { styles } from 'visavis-styles';
export { connect } from './whole.js';
export { start } from './parts.js';
