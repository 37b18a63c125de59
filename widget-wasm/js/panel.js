// What a drawn interface needs beside the module: the part of the screen that a keyboard leaves, and what is fetched when it is wanted.

let extras;
const more = () => (extras ??= import(VISAVIS_EXTRAS).catch((error) => {
  extras = undefined;
  throw error;
}));

/** Serves the interface in a frame; what is returned ends that. */
export function equip(frame, chat, options) {
  const ended = new AbortController();
  const { signal } = ended;
  frame.addEventListener('click', ({ target }) => {
    const button = target.closest('.copy');
    if (button) more().then(({ copy }) => copy(button)).catch(() => {});
  }, { signal });
  keepInSight(frame, signal);
  if (options.notifications) offerOnce(frame, chat, options, signal);
  return () => ended.abort();
}

/** Draws attention to messages in the ways that the page allows; what is returned ends that. */
export function attend(chat, options) {
  if (!options.sound && !options.titleBadge && !options.notifications) return undefined;
  let end = () => { end = null; };
  more().then(({ attend }) => { if (end) end = attend(chat, options); }).catch(() => {});
  return () => end?.();
}

/** A keyboard on the screen covers the page without making it smaller: a panel that fills the screen takes only what can be seen. */
function keepInSight(frame, signal) {
  const view = window.visualViewport;
  const fit = () => {
    // Whoever zooms in wants to see less at once, not less of it.
    if (view.scale > 1.01) return;
    frame.style.setProperty('--seen', `${view.height}px`);
    frame.style.setProperty('--above', `${view.offsetTop}px`);
  };
  for (const change of ['resize', 'scroll']) view?.addEventListener(change, fit, { signal });
}

function offerOnce(frame, chat, { mode }, signal) {
  // The panel is drawn soon after it was opened.
  const offer = () => requestAnimationFrame(() => more().then((extras) => extras.offer(frame)).catch(() => {}));
  if (mode === 'launcher') signal.addEventListener('abort', chat.on('open', offer), { once: true });
  else offer();
}
