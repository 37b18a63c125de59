// The second stage: the WebAssembly module with its style sheet. The loader imports this file when it is wanted.

export { connect } from 'visavis-module';
export { styles } from 'visavis-styles';
export { complete, isWhole, start, whenWhole } from './parts.js';
