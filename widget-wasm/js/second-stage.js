// The second stage of the npm package: that of the script tag, and the low layer's part of the module.

export * from './widget.js';
export { Line, lowCall } from 'visavis-module';
