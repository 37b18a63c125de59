/*
 * The little Markdown that bots and people write in a chat, as nodes: bold, italic, code, links, lists.
 * Text never becomes markup; links lead to http and https only.
 */

const INLINE = /`([^`\n]+)`|\*\*(\S(?:.*?\S)?)\*\*|\*([^\s*](?:[^*]*[^\s*])?)\*|\[([^\]\n]+)\]\((https?:\/\/[^\s)]+)\)|(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]])/g;
const BULLET = /^\s*[-*]\s+/;
const NUMBER = /^\s*\d+[.)]\s+/;

/** Paragraphs and lists of `text`. */
export function markdown(text) {
  const fragment = document.createDocumentFragment();
  for (const block of blocks(text)) fragment.append(block);
  return fragment;
}

/** `text` as one paragraph in which only links are alive: what a visitor writes is not formatted. */
export function plain(text) {
  const paragraph = document.createElement('p');
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    if (!match[6]) continue;
    paragraph.append(text.slice(from, match.index), link(match[6], match[6]));
    from = match.index + match[0].length;
  }
  paragraph.append(text.slice(from));
  return paragraph;
}

function* blocks(text) {
  let open = null;
  for (const line of text.split('\n')) {
    const kind = kindOf(line);
    if (kind === 'blank') {
      if (open) yield open.node;
      open = null;
      continue;
    }
    if (open?.kind !== kind) {
      if (open) yield open.node;
      open = { kind, node: document.createElement(kind) };
    } else if (kind === 'p') {
      open.node.append(document.createElement('br'));
    }
    append(open, line);
  }
  if (open) yield open.node;
}

function kindOf(line) {
  if (line.trim() === '') return 'blank';
  if (BULLET.test(line)) return 'ul';
  if (NUMBER.test(line)) return 'ol';
  return 'p';
}

function append({ kind, node }, line) {
  if (kind === 'p') {
    node.append(...inline(line));
    return;
  }
  const item = document.createElement('li');
  item.append(...inline(line.replace(kind === 'ul' ? BULLET : NUMBER, '')));
  node.append(item);
}

function inline(text) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    nodes.push(text.slice(from, match.index), node(match));
    from = match.index + match[0].length;
  }
  nodes.push(text.slice(from));
  return nodes.filter((part) => part !== '');
}

function node([, code, bold, italic, label, target, bare]) {
  if (code) return element('code', code);
  if (bold) return element('strong', ...inline(bold));
  if (italic) return element('em', ...inline(italic));
  return link(target ?? bare, label ?? bare);
}

function element(name, ...children) {
  const made = document.createElement(name);
  made.append(...children);
  return made;
}

function link(target, label) {
  const anchor = element('a', label);
  anchor.href = target;
  anchor.target = '_blank';
  anchor.rel = 'noopener noreferrer nofollow ugc';
  return anchor;
}
