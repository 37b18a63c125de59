import type { Options, VisavisElement } from '@visavis/widget';
import { StrictMode, useState, useSyncExternalStore, type DetailedHTMLProps, type HTMLAttributes, type MouseEvent } from 'react';
import { createRoot } from 'react-dom/client';

import { useChat, useUnread } from './use-chat';

type ThreadAttributes = DetailedHTMLProps<HTMLAttributes<VisavisElement>, VisavisElement> & { options?: Partial<Options> };

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'visavis-thread': ThreadAttributes;
    }
  }
}

const { chatOptions } = window as unknown as { chatOptions: Options };

function Chat() {
  const chat = useChat(chatOptions);
  return (
    <p>
      <output id="unread">{useUnread(chat)}</output>
      <button id="open" disabled={!chat} onClick={() => chat?.open()}>Chat with us</button>
      <button id="send" disabled={!chat} onClick={() => chat?.sendMessage('blue from a button')}>Ask</button>
    </p>
  );
}

function App() {
  const path = useSyncExternalStore(heardOfNavigation, () => location.pathname);
  const [mounted, setMounted] = useState(true);
  return (
    <>
      <nav>
        <a id="home" href="/" onClick={navigate}>Home</a> <a id="about" href="/about" onClick={navigate}>About</a>
        <button id="toggle" onClick={() => setMounted(!mounted)}>Chat on this page</button>
      </nav>
      <h1>{path === '/about' ? 'About' : 'Home'}</h1>
      {path === '/about' && <visavis-thread options={chatOptions} />}
      {mounted && <Chat />}
    </>
  );
}

function heardOfNavigation(act: () => void): () => void {
  addEventListener('popstate', act);
  return () => removeEventListener('popstate', act);
}

function navigate(event: MouseEvent<HTMLAnchorElement>): void {
  event.preventDefault();
  history.pushState(null, '', event.currentTarget.href);
  dispatchEvent(new PopStateEvent('popstate'));
}

createRoot(document.querySelector('#root')!).render(<StrictMode><App /></StrictMode>);
