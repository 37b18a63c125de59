import { Component, DestroyRef, ElementRef, InjectionToken, NgZone, afterNextRender, inject, makeEnvironmentProviders, signal } from '@angular/core';
import type { Chat, Options } from '@visavis/widget';

const OPTIONS = new InjectionToken<() => Options>('the options of the chat');

/** The options are asked for in the browser, never on the server. */
export function provideChat(options: () => Options) {
  return makeEnvironmentProviders([{ provide: OPTIONS, useValue: options }, ChatService]);
}

/** What all three components show, and what an application does with it. */
export class ChatService {
  readonly #options = inject(OPTIONS);
  readonly #zone = inject(NgZone);
  readonly #unread = signal(0);
  readonly #typing = signal(false);
  #shown!: (chat: Chat) => void;
  #chat = new Promise<Chat>((resolve) => (this.#shown = resolve));

  readonly unreadCount = this.#unread.asReadonly();
  readonly botTyping = this.#typing.asReadonly();

  openPanel(): void {
    this.#chat.then((chat) => chat.open());
  }

  async sendMessage(text: string): Promise<{ id: string }> {
    return (await this.#chat).sendMessage(text);
  }

  /** Brings the widget and draws it; what is returned takes it away again. */
  show(mode: 'launcher' | 'docked' | 'thread', target: Element): () => void {
    const making = import('@visavis/widget').then(({ Visavis }) => Visavis.init({ ...this.#options(), mode, target }));
    making.then((chat) => this.#follow(chat), () => {});
    return () => making.then((chat) => chat.destroy(), () => {});
  }

  #follow(chat: Chat): void {
    this.#shown(chat);
    this.#chat = Promise.resolve(chat);
    // Angular 17 looks at its signals only after something in its zone; newer ones do not mind.
    chat.on('unread', ({ count }) => this.#zone.run(() => this.#unread.set(count)));
    chat.on('typing', () => this.#zone.run(() => this.#typing.set(chat.botTyping)));
  }
}

/** Nothing happens on the server; in the browser the widget comes once the page is drawn. */
function draw(mode: 'launcher' | 'docked' | 'thread'): void {
  const [chat, place, end] = [inject(ChatService), inject<ElementRef<Element>>(ElementRef), inject(DestroyRef)];
  afterNextRender(() => end.onDestroy(chat.show(mode, place.nativeElement)));
}

@Component({ standalone: true, selector: 'chat-launcher', template: '' })
export class ChatLauncher {
  constructor() { draw('launcher'); }
}

@Component({ standalone: true, selector: 'chat-panel', template: '', host: { style: 'display: block; height: 400px' } })
export class ChatPanel {
  constructor() { draw('docked'); }
}

@Component({ standalone: true, selector: 'chat-thread', template: '', host: { style: 'display: block; height: 400px' } })
export class ChatThread {
  constructor() { draw('thread'); }
}
