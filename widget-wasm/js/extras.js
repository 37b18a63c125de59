// What hardly any visitor needs before the panel is used: fetched when it is wanted. Copies texts, rings, counts in the title, notifies.

/** How long a button says that it has copied. */
const SAID_MS = 2000;

/** Copies what the button stands beside: the code of a block, or the words of a message. */
export async function copy(button) {
  const code = button.parentElement.querySelector(':scope > pre');
  const text = code ? code.textContent : words(button.parentElement);
  await write(text, button);
  button.dataset.state = 'done';
  say(button, button.dataset.done);
  setTimeout(() => { delete button.dataset.state; }, SAID_MS);
}

function words(bubble) {
  return bubble.innerText.trim();
}

/** Pages without HTTPS have no clipboard; for those there is the old way. */
async function write(text, button) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.className = 'unseen';
  area.value = text;
  button.after(area);
  area.select();
  document.execCommand('copy');
  area.remove();
  button.focus();
}

/** Says something to a screen reader. */
function say(near, text) {
  const root = near.getRootNode();
  let line = root.querySelector('.said');
  if (!line) {
    line = Object.assign(document.createElement('div'), { className: 'unseen said' });
    line.setAttribute('role', 'status');
    root.querySelector('.root').append(line);
  }
  line.textContent = '';
  requestAnimationFrame(() => { line.textContent = text; });
}

/** Draws attention to messages in the ways the page allows, until the function that is returned is called. */
export function attend(chat, options) {
  const ended = new AbortController();
  const { signal } = ended;
  const bell = options.sound ? ring(signal) : undefined;
  const title = options.titleBadge ? badge() : undefined;
  let missed = 0;
  const count = () => title?.(Math.max(chat.unreadCount, missed));
  const offMessage = chat.on('message', (message) => {
    if (message.history || message.replaces || message.author === 'visitor') return;
    const away = document.hidden;
    if (away) missed += 1;
    count();
    // A visitor who sees it come needs no more.
    if (!away && chat.unreadCount === 0) return;
    if (chat.rings) bell?.();
    if (options.notifications && away) notify(chat, message);
  });
  const offUnread = chat.on('unread', count);
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) missed = 0;
    count();
  }, { signal });
  count();
  return () => {
    offMessage();
    offUnread();
    title?.(0);
    ended.abort();
  };
}

/** A sound, once the visitor has done something in this page. */
function ring(signal) {
  let context;
  // A page may make a sound once its visitor has done something.
  const wake = () => {
    context ??= new AudioContext();
    context.resume();
  };
  for (const act of ['pointerdown', 'keydown']) addEventListener(act, wake, { signal, capture: true, once: true });
  signal.addEventListener('abort', () => context?.close(), { once: true });
  return () => {
    if (context?.state === 'running') for (const [at, pitch] of [[0, 660], [0.14, 880]]) strike(context, at, pitch);
  };
}

function strike(context, at, pitch) {
  const begins = context.currentTime + at;
  const tone = new OscillatorNode(context, { frequency: pitch });
  const loudness = new GainNode(context, { gain: 0 });
  loudness.gain.setValueAtTime(0.12, begins);
  loudness.gain.exponentialRampToValueAtTime(0.001, begins + 0.35);
  tone.connect(loudness).connect(context.destination);
  tone.start(begins);
  tone.stop(begins + 0.4);
}

/** Puts a count before the page's own title, whatever that is by then. */
function badge() {
  return (count) => {
    const own = document.title.replace(/^\(\d+\+?\) /, '');
    const title = count ? `(${count > 99 ? '99+' : count}) ${own}` : own;
    if (document.title !== title) document.title = title;
  };
}

function notify(chat, { id, name, text }) {
  if (globalThis.Notification?.permission !== 'granted') return;
  try {
    const notice = new Notification(name ?? document.title, { body: text.slice(0, 160), tag: id ?? undefined });
    notice.onclick = () => {
      window.focus();
      chat.open();
      notice.close();
    };
  } catch {
    // Some phones let only a service worker notify.
  }
}

/** Offers notifications above the thread, as long as the visitor has not decided. The browser asks only when they press. */
export function offer(shadow) {
  const stretch = shadow.querySelector('.stretch');
  if (globalThis.Notification?.permission !== 'default' || !stretch || shadow.querySelector('.offer')) return;
  const said = shadow.querySelector('.root').dataset;
  const line = document.createElement('div');
  line.className = 'notice calm offer';
  const button = (label, act) => {
    const made = Object.assign(document.createElement('button'), { type: 'button', className: 'act', textContent: label });
    made.addEventListener('click', () => {
      line.remove();
      act();
    });
    line.append(made);
  };
  button(said.notify, () => Notification.requestPermission());
  button(said.notifyNever, () => {});
  stretch.before(line);
}
