import type { Chat, Events, Options } from './types.js';

export * from './elements.js';
export * from './types.js';

/** What the script tag brings. The file itself is for a browser: serve it, with all that lies beside it. */
declare global {
  interface Window {
    Visavis: {
      /** As in the package: adds an element to the page and resolves to its chat. */
      init(options: Options): Promise<Chat>;
    };
    visavis: Command;
  }

  /** The same as `window.visavis`. */
  var visavis: Command;
}

/** What may be called of the page's chat before it is there. */
type Calls = { [Name in keyof Chat as Chat[Name] extends (...given: never[]) => unknown ? Name : never]: Chat[Name] };

/**
 * Calls a method of the chat that the script tag or the last `visavis('init', …)` made, as soon as there is one. The line that makes it
 * usable before the script has come:
 *
 * ```js
 * window.visavis = window.visavis || function () { (visavis.q = visavis.q || []).push(arguments); };
 * ```
 */
export interface Command {
  (name: 'init', options: Options): Promise<Chat>;
  <Name extends keyof Events>(name: 'on', event: Name, listener: (detail: Events[Name]) => void): Promise<() => void>;
  <Name extends Exclude<keyof Calls, 'on'>>(name: Name, ...given: Parameters<Calls[Name]>): Promise<Awaited<ReturnType<Calls[Name]>>>;
  /** The stub's own, until the script has come. */
  q?: ArrayLike<unknown>[];
}
