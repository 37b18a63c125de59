// The choice of emojis above the composer: a field to search in, and a grid in which the arrow keys move.

import css from '../src/style/emoji.css';
import { GROUPS, found } from './emoji-list.js';
import { words } from './emoji-words.js';
import { adopt } from './styles.js';

const COLUMNS = 8;

const open = new WeakMap();

/** Opens the choice beside its button, or closes it. */
export function toggle(button) {
  const picker = open.get(button);
  if (picker?.isThere) picker.close(button);
  else open.set(button, new Picker(button));
}

class Picker {
  #button;
  #root;
  #words;
  #box;
  #search;
  #grid;
  #count;

  constructor(button) {
    this.#button = button;
    this.#root = button.getRootNode();
    this.#words = words(button.closest('[lang]')?.lang);
    adopt(this.#root, css);
    this.#draw();
    this.#show(GROUPS, this.#words.groups);
    this.#listen();
    button.after(this.#box);
    button.setAttribute('aria-expanded', 'true');
    this.#search.focus();
  }

  get isThere() {
    return this.#box.isConnected;
  }

  /** Closes it; whoever was in it goes on in `next`, if there is one. */
  close(next) {
    next?.focus();
    this.#box.remove();
    this.#button.setAttribute('aria-expanded', 'false');
  }

  #draw() {
    const { title, search } = this.#words;
    this.#search = made('input', { type: 'search', class: 'emoji-search', 'aria-label': search, placeholder: search, autocomplete: 'off', enterkeyhint: 'done' });
    this.#count = made('div', { class: 'unseen', role: 'status' });
    this.#grid = made('div', { class: 'emoji-grid', role: 'grid', 'aria-label': title });
    this.#box = made('div', { class: 'emoji-picker', part: 'emoji-picker', role: 'dialog', 'aria-label': title, tabindex: '-1' });
    this.#box.append(this.#search, this.#count, this.#grid);
    // It fills the thread at most.
    const thread = this.#root.querySelector('.thread');
    const room = this.#button.closest('.composer').getBoundingClientRect().top - thread.getBoundingClientRect().top;
    this.#box.style.setProperty('--room', `${Math.round(room)}px`);
  }

  #show(groups, names = []) {
    this.#grid.replaceChildren(...groups.filter((group) => group.length).map((group, at) => grouped(group, names[at])));
    const first = this.#cells[0];
    if (first) first.tabIndex = 0;
  }

  get #cells() {
    return [...this.#grid.querySelectorAll('[role=gridcell]')];
  }

  #listen() {
    this.#search.addEventListener('input', () => {
      const query = this.#search.value.trim();
      if (!query) this.#show(GROUPS, this.#words.groups);
      else this.#show([found(query)]);
      this.#count.textContent = query && this.#words.found(this.#cells.length);
    });
    this.#box.addEventListener('keydown', (event) => this.#key(event));
    this.#grid.addEventListener('click', ({ target }) => {
      const cell = target.closest('[role=gridcell]');
      if (cell) this.#pick(cell);
    });
    this.#box.addEventListener('focusout', () => {
      // A press on the button closes it by itself; and a window that is left is come back to.
      setTimeout(() => {
        const { activeElement } = this.#root;
        const stays = this.#box.contains(activeElement) || activeElement === this.#button || this.#button.matches(':active');
        if (this.isThere && !stays) this.close();
      });
    });
  }

  #key(event) {
    if (event.isComposing) return;
    if (event.key === 'Escape') {
      event.stopPropagation();
      event.preventDefault();
      this.close(this.#button);
    } else if (event.target === this.#search) this.#searchKey(event);
    else if (event.target.closest('[role=gridcell]')) this.#gridKey(event);
  }

  #searchKey(event) {
    const first = this.#cells[0];
    if (event.key === 'ArrowDown') {
      event.preventDefault();
      if (first) this.#move(first);
    } else if (event.key === 'Enter') {
      // Not the form's.
      event.preventDefault();
      if (first && this.#search.value.trim()) this.#pick(first);
    }
  }

  #gridKey(event) {
    const cell = event.target;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      this.#pick(cell);
      return;
    }
    const next = this.#next(cell, event);
    if (!next) return;
    event.preventDefault();
    this.#move(next);
  }

  #next(cell, { key, ctrlKey }) {
    const cells = this.#cells;
    const at = cells.indexOf(cell);
    const row = cell.parentElement;
    const rows = [...this.#grid.querySelectorAll('[role=row]')];
    const beside = (row, column) => row && row.children[Math.min(column, row.children.length - 1)];
    const along = (by) => cells[Math.min(Math.max(at + by, 0), cells.length - 1)];
    const column = [...row.children].indexOf(cell);
    const forward = cell.closest('[dir=rtl]') ? -1 : 1;
    switch (key) {
      case 'ArrowRight': return along(forward);
      case 'ArrowLeft': return along(-forward);
      case 'ArrowDown': return beside(rows[rows.indexOf(row) + 1], column) ?? cell;
      case 'ArrowUp': return beside(rows[rows.indexOf(row) - 1], column) ?? this.#search;
      case 'Home': return ctrlKey ? cells[0] : row.firstElementChild;
      case 'End': return ctrlKey ? cells.at(-1) : row.lastElementChild;
      default: return null;
    }
  }

  /** One cell of the grid is in the order of the Tab key. */
  #move(next) {
    if (next !== this.#search) {
      for (const cell of this.#grid.querySelectorAll('[tabindex="0"]')) cell.tabIndex = -1;
      next.tabIndex = 0;
    }
    next.focus();
  }

  /** Puts it where the visitor was writing, in place of what is marked there. */
  #pick(cell) {
    const field = this.#root.querySelector('.field');
    field.setRangeText(cell.textContent, field.selectionStart, field.selectionEnd, 'end');
    field.dispatchEvent(new Event('input', { bubbles: true }));
    this.close(field);
  }
}

function grouped(group, name) {
  const box = made('div', { role: 'rowgroup', ...(name && { 'aria-label': name }) });
  if (name) {
    const heading = made('div', { class: 'emoji-group', 'aria-hidden': 'true' });
    heading.append(name);
    box.append(heading);
  }
  for (let at = 0; at < group.length; at += COLUMNS) {
    const row = made('div', { class: 'emoji-row', role: 'row' });
    row.append(...group.slice(at, at + COLUMNS).map(cellOf));
    box.append(row);
  }
  return box;
}

function cellOf({ symbol, name }) {
  // The emojis' names are English in every language.
  const cell = made('div', { class: 'emoji-cell', role: 'gridcell', tabindex: '-1', 'aria-label': name, title: name, lang: 'en' });
  cell.append(symbol);
  return cell;
}

function made(name, attributes) {
  const element = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
  return element;
}
