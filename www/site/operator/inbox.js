import { face, initials, moment, preview } from './words.js';

/** The list of conversations. Each keeps its element, so that focus and scrolling stay where they are. */
export class Inbox {
  #list;
  #items = new Map();

  constructor(list) {
    this.#list = list;
  }

  show(summaries, desk) {
    const shown = new Set(summaries.map(({ id }) => id));
    for (const [id, item] of this.#items) {
      if (shown.has(id)) continue;
      item.root.remove();
      this.#items.delete(id);
    }
    summaries.forEach((summary, place) => {
      const item = this.#items.get(summary.id) ?? this.#create(summary);
      fill(item, summary, desk);
      const there = this.#list.children[place];
      if (there !== item.root) this.#list.insertBefore(item.root, there ?? null);
    });
  }

  #create({ id }) {
    const item = {
      root: make('li'),
      link: make('a', 'conversation'),
      face: make('span', `face ${face(id)}`),
      title: make('span', 'conversation-title'),
      time: make('time'),
      text: make('span', 'conversation-text'),
      tags: make('span', 'tags'),
      unread: make('span', 'unread'),
    };
    item.link.href = `#${encodeURIComponent(id)}`;
    item.face.setAttribute('aria-hidden', 'true');
    item.link.append(item.face, item.title, item.time, item.text, item.unread, item.tags);
    item.root.append(item.link);
    this.#items.set(id, item);
    return item;
  }
}

function fill(item, summary, desk) {
  const { id, title, last_at: at, online, waiting } = summary;
  const unread = desk.unread.get(id) ?? 0;
  const typing = desk.isTyping(id);
  item.link.toggleAttribute('data-waiting', waiting);
  item.link.toggleAttribute('data-unread', unread > 0);
  if (id === desk.chosen) item.link.setAttribute('aria-current', 'true');
  else item.link.removeAttribute('aria-current');
  item.face.toggleAttribute('data-online', online);
  set(item.face, initials(title));
  set(item.title, title);
  item.time.dateTime = new Date(at).toISOString();
  set(item.time, moment(at));
  item.text.toggleAttribute('data-typing', typing);
  set(item.text, typing ? 'is writing…' : preview(summary.last_text ?? 'Has not written yet'));
  set(item.unread, unread ? String(unread) : '');
  if (unread) item.unread.setAttribute('aria-label', `${unread} unread`);
  else item.unread.removeAttribute('aria-label');
  const tags = tagsOf(summary);
  if (item.tags.textContent !== tags.map(([text]) => text).join('')) {
    item.tags.replaceChildren(...tags.map(([text, kind]) => make('span', `tag ${kind}`, text)));
  }
}

function tagsOf({ status, mode, waiting, agent, online }) {
  const tags = [];
  if (waiting) tags.push([agent ? 'Waiting for an answer' : 'Waiting for a person', 'call']);
  if (status === 'closed') tags.push(['Closed', 'calm']);
  else if (mode === 'bot') tags.push(['Bot', 'calm']);
  else if (agent) tags.push([agent, 'person']);
  else if (!waiting) tags.push(['Human', 'person']);
  tags.push(online ? ['Online', 'quiet'] : ['Away', 'calm']);
  return tags;
}

/** Only writes what changed: a screen reader reads what is written. */
export function set(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function make(name, className = '', text = '') {
  const element = document.createElement(name);
  element.className = className;
  element.textContent = text;
  return element;
}
