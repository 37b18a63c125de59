// Words as the module reads them: a line each. `ui/i18n/template.rs` is the other side.

/** Which place a name or a number takes. */
export const PLACES = { name: '\x01', count: '\x01', notice: '\x01', status: '\x01', limit: '\x02', reason: '\x02' };

const OR = '\x03';
const FOR = '\x04';

/** Text, or its forms by the kinds of number as `Intl.PluralRules` names them; the last form serves the kinds that have none. */
export function line(words) {
  if (typeof words === 'string') return placed(words);
  const { other, ...forms } = words;
  return Object.entries({ ...forms, other }).map(([kind, form]) => kind + FOR + placed(form)).join(OR);
}

/** Whether a line has forms. */
export const hasForms = (line) => line.includes(FOR);

const placed = (text) => text.replace(/\s*\n\s*/g, ' ').replace(/\{(\w+)\}/g, (whole, name) => PLACES[name] ?? whole);
