import type { Chat, Events, Options } from './types.js';

/** An element of the widget. */
export interface VisavisElement extends HTMLElement {
  /** Options that an attribute cannot hold, such as functions; they win over attributes. */
  options: Partial<Options>;
  /** The conversation, once the options are right. */
  readonly chat: Chat | null;
}

/** What elements dispatch, and what reaches the document. */
export type ElementEvents = { [Name in keyof Events as `visavis:${Name}`]: CustomEvent<Events[Name]> };

declare global {
  interface HTMLElementTagNameMap {
    'visavis-launcher': VisavisElement;
    'visavis-panel': VisavisElement;
    'visavis-thread': VisavisElement;
  }
  interface HTMLElementEventMap extends ElementEvents {}
  interface DocumentEventMap extends ElementEvents {}
}
