// Brings the choice of emojis when its button is pressed for the first time.

import picker from 'visavis-emojis';

/** A browser remembers that a file could not be imported, so a further attempt asks for it under another name. */
let attempts = 0;

/** Makes the buttons of a shadow root work, those that are drawn later too. */
export function enliven(root) {
  root.addEventListener('click', pressed);
}

async function pressed({ target }) {
  const button = target.closest('[part=emoji-button]');
  if (!button || button.hasAttribute('aria-busy')) return;
  button.setAttribute('aria-busy', 'true');
  try {
    const { toggle } = await picker(attempts);
    if (button.isConnected) toggle(button);
  } catch {
    // Without a connection there is none now; the next press tries again.
    attempts += 1;
  }
  button.removeAttribute('aria-busy');
}
