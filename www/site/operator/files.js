import { make } from './inbox.js';

/** The files of a message: pictures are shown, all can be fetched. Only what leads to http or https is a link. */
export function attachments(files = []) {
  return files.filter(({ url }) => /^https?:\/\//.test(url)).map(attachment);
}

function attachment({ name, url, mimeType = '' }) {
  const link = make('a', 'attachment', name);
  link.href = url;
  link.target = '_blank';
  link.rel = 'noopener noreferrer nofollow ugc';
  // A drawing may hold scripts; it stays a link.
  if (/^image\/(png|jpeg|gif|webp)$/.test(mimeType)) {
    const picture = make('img');
    picture.src = url;
    picture.alt = '';
    link.prepend(picture);
  }
  return link;
}

/** The button that sends files along: `send(files)` is told what was chosen and returns a promise. */
export class Attach {
  #button;
  #field;

  constructor(button, field, { send, failed }) {
    this.#button = button;
    this.#field = field;
    button.addEventListener('click', () => field.click());
    field.addEventListener('change', async () => {
      const files = [...field.files];
      field.value = '';
      if (files.length === 0) return;
      button.disabled = true;
      await send(files).then(() => failed(null), failed);
      button.disabled = false;
    });
  }

  /** Shown only where the conversation's back end takes files. */
  offer(isTaken) {
    this.#button.hidden = !isTaken;
  }
}
