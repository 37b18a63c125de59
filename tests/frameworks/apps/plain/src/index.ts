import { Visavis, type Chat, type Options } from '@visavis/widget';

declare global {
  interface Window {
    chatOptions: Options;
    chat?: Chat;
  }
}

window.chat = await Visavis.init({ ...window.chatOptions, load: 'eager' });
