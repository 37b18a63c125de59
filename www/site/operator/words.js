/** How things are said on the console. */

const TIME = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const DAY = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
const SHORT_DAY = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const FACES = 6;

export const clock = (millis) => TIME.format(millis);

/** A day as a heading: today, yesterday, or its date. */
export function day(millis, now = Date.now()) {
  const days = Math.round((midnight(now) - midnight(millis)) / 86_400_000);
  if (days === 0) return 'Today';
  if (days === 1) return 'Yesterday';
  return DAY.format(millis);
}

/** A moment in a list: the time today, else the date. */
export function moment(millis, now = Date.now()) {
  return midnight(now) === midnight(millis) ? clock(millis) : SHORT_DAY.format(millis);
}

export function midnight(millis) {
  return new Date(millis).setHours(0, 0, 0, 0);
}

/** Two letters for somebody without a picture; the relay calls the nameless "Visitor" and a few letters. */
export function initials(title) {
  const words = title.replace(/^Visitor\s+/, '').split(/[\s_.-]+/).filter(Boolean);
  const letters = words.length > 1 ? words.slice(0, 2).map((word) => [...word][0]) : [...(words[0] ?? '?')].slice(0, 2);
  return letters.join('').toUpperCase();
}

/** One line of a message, without the signs of its formatting. */
export function preview(text) {
  return text
    .replace(/\[([^\]]+)\]\([^)]+\)/g, '$1')
    .replace(/\*\*|`/g, '')
    .replace(/\s+/g, ' ');
}

/** One of a few colours, always the same for the same id. */
export function face(id) {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + letter.codePointAt(0)) % 9_973;
  return `face-${sum % FACES}`;
}

/** Who is in charge, from the point of view of `operator`. */
export function charge({ status, mode, agent, waiting }, operator) {
  if (status === 'closed') return 'Closed';
  if (mode === 'bot') return 'The bot answers';
  if (agent) return agent === operator ? 'You answer' : `${agent} answers`;
  return waiting ? 'Waits for a person' : 'A person is asked for';
}

/** The name above a message. */
export function author({ author, name }) {
  if (author === 'bot') return `${name ?? 'Bot'} · bot`;
  if (author === 'agent') return name ?? 'Operator';
  return name ?? '';
}
