import { Visavis, type Chat, type Options } from '@visavis/widget';
import { onMounted, onUnmounted, ref, shallowRef } from 'vue';

/** The chat, as long as the component is there; `null` until it has come. */
export function useChat(options: Options) {
  const chat = shallowRef<Chat | null>(null);
  const unread = ref(0);
  let making: Promise<Chat>;
  onMounted(async () => {
    making = Visavis.init(options);
    chat.value = await making;
    chat.value.on('unread', ({ count }) => { unread.value = count; });
  });
  onUnmounted(() => making.then((chat) => chat.destroy(), () => {}));
  return { chat, unread };
}
