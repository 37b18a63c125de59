import { Visavis, type Chat, type Options } from '@visavis/widget';
import { useEffect, useState } from 'react';

/** The chat, as long as the component is there; `null` until it has come. */
export function useChat(options: Options): Chat | null {
  const [chat, setChat] = useState<Chat | null>(null);
  useEffect(() => {
    const making = Visavis.init(options);
    making.then(setChat, () => {});
    return () => {
      setChat(null);
      making.then((chat) => chat.destroy(), () => {});
    };
  }, [options]);
  return chat;
}

/** Messages that nobody has looked at. */
export function useUnread(chat: Chat | null): number {
  const [count, setCount] = useState(0);
  useEffect(() => chat?.on('unread', ({ count }) => setCount(count)), [chat]);
  return count;
}
