import { Component, inject, signal } from '@angular/core';
import { RouterLink, RouterOutlet, provideRouter, type Routes } from '@angular/router';
import type { Options } from '@visavis/widget';

import { ChatLauncher, ChatPanel, ChatService, ChatThread, provideChat } from './chat';

@Component({ standalone: true, selector: 'app-home', template: '<h1>Home</h1>' })
class Home {}

@Component({ standalone: true, selector: 'app-about', template: '<h1>About</h1><chat-thread />', imports: [ChatThread] })
class About {}

@Component({ standalone: true, selector: 'app-desk', template: '<h1>Desk</h1><chat-panel />', imports: [ChatPanel] })
class Desk {}

const routes: Routes = [
  { path: '', component: Home },
  { path: 'about', component: About },
  { path: 'desk', component: Desk },
];

@Component({
  standalone: true,
  selector: 'app-root',
  imports: [ChatLauncher, RouterLink, RouterOutlet],
  template: `
    <nav>
      <a id="home" routerLink="/">Home</a> <a id="about" routerLink="/about">About</a> <a id="desk" routerLink="/desk">Desk</a>
      <button id="toggle" (click)="mounted.set(!mounted())">Chat on this page</button>
    </nav>
    <p>
      <output id="unread">{{ chat.unreadCount() }}</output> <samp id="typing">{{ chat.botTyping() }}</samp>
      <button id="open" (click)="chat.openPanel()">Chat with us</button>
      <button id="send" (click)="chat.sendMessage('blue from a button')">Ask</button>
    </p>
    <router-outlet />
    @if (mounted()) {
      <chat-launcher />
    }
  `,
})
export class App {
  readonly chat = inject(ChatService);
  readonly mounted = signal(true);
}

export const providers = [
  provideRouter(routes),
  provideChat(() => (window as unknown as { chatOptions: Options }).chatOptions),
];
