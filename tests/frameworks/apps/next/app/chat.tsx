'use client';

import type { Options } from '@visavis/widget';
import { useState } from 'react';

import { useChat, useUnread } from './use-chat';

export function ChatOfThePage({ options }: { options: Options }) {
  const [mounted, setMounted] = useState(true);
  return (
    <>
      <button id="toggle" onClick={() => setMounted(!mounted)}>Chat on this page</button>
      {mounted && <Chat options={options} />}
    </>
  );
}

function Chat({ options }: { options: Options }) {
  const chat = useChat(options);
  return (
    <p>
      <output id="unread">{useUnread(chat)}</output>
      <button id="open" disabled={!chat} onClick={() => chat?.open()}>Chat with us</button>
      <button id="send" disabled={!chat} onClick={() => chat?.sendMessage('blue from a button')}>Ask</button>
    </p>
  );
}
