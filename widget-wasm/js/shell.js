// What an element shows before the conversation is there: for a launcher its button at once, for the others nothing yet.

const SVG = 'http://www.w3.org/2000/svg';
// The same pictogram as in `ui/icons.rs`, so that nothing moves when the interface takes over.
const CHAT =
  'M3.5 20.5 5 16.2a9 8 0 1 1 3.3 2.6Z';

// What is said before the interface's words are there, which come with the module.
const [OPEN, UNAVAILABLE] = ['Open chat', 'Chat is unavailable. Press to try again.'];

/** Draws it into an element's frame. A launcher's button brings the conversation when the visitor comes near. */
export function shell(frame, { mode, texts }, chat) {
  const button = mode === 'launcher' && add('button', { part: 'launcher-button', class: 'launcher', 'aria-expanded': false, 'aria-haspopup': 'dialog', 'aria-label': texts?.open ?? OPEN });
  let note;
  if (button) {
    const icon = set(document.createElementNS(SVG, 'svg'), { viewBox: '0 0 24 24', class: 'icon', 'aria-hidden': true });
    icon.append(set(document.createElementNS(SVG, 'path'), { d: CHAT }));
    button.append(icon);
    button.onclick = () => {
      set(button, { 'aria-busy': true });
      chat.open();
    };
    // A finger enters, too.
    button.onpointerenter = button.onfocus = near;
  }
  return { load: near, refuse, remove };

  /** What nobody asked for is not tried again. */
  async function near() {
    return note ?? load();
  }

  // A failure shows in `refuse`.
  function load() {
    return chat.load().catch(() => {});
  }

  /** Says that there is no conversation, and how to try again; in the interface's words, if they came. */
  function refuse(words) {
    const unavailable = words?.split('\n')[0] ?? texts?.unavailable ?? UNAVAILABLE;
    note?.remove();
    if (button) set(button, { 'aria-label': unavailable, 'aria-busy': false, 'data-state': 'unavailable' });
    note = button ? add('div', { role: 'status', part: 'toast', class: 'note' }) : add('button');
    note.textContent = unavailable;
    if (!button) note.onclick = load;
  }

  function remove() {
    button?.remove?.();
    note?.remove();
  }

  function add(name, attributes) {
    const made = set(document.createElement(name), attributes);
    frame.append(made);
    return made;
  }
}

function set(element, attributes) {
  for (const name in attributes) element.setAttribute(name, attributes[name]);
  return element;
}

/** Acts at once, or for a launcher after the page's own work: loaded, and with time left. */
export function whenWanted({ mode, load }, act) {
  if (mode !== 'launcher' || load === 'eager') return act();
  return new Promise((resolve, reject) => {
    const done = () => act().then(resolve, reject);
    const idle = () => (window.requestIdleCallback ?? setTimeout)(done, { timeout: 2000 });
    if (document.readyState === 'complete') idle();
    else addEventListener('load', idle);
  });
}
