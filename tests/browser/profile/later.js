// Writes which functions no journey called, for each back end's module: `npm run profile` ends with it.

import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { named } from '../stage/demo.js';

const folder = named('VISAVIS_WIDGET_DIR');
const read = (file) => JSON.parse(readFileSync(join(folder, file), 'utf8'));
const files = readdirSync(folder);

const lines = [];
const [everywhere, neededSomewhere] = [new Set(), new Set()];
for (const [file, backend] of matching(/^functions-(\w+)\.json$/)) {
  const names = read(file);
  const journeys = matching(/^reached-(\w+?)-.*\.json$/).filter(([, of]) => of === backend);
  if (journeys.length === 0) throw new Error(`no journey told what it called of ${backend}`);
  const needed = new Set(journeys.flatMap(([journey]) => read(journey)).map((at) => names[at]));
  const later = [...new Set(names)].filter((name) => !needed.has(name));
  section(backend, later);
  for (const name of names) everywhere.add(name);
  for (const name of needed) neededSomewhere.add(name);
  console.log(`${backend}: ${names.length} functions, ${names.length - later.length} of them needed at once`);
}
section('all', [...everywhere].filter((name) => !neededSomewhere.has(name)));
writeFileSync(named('VISAVIS_LATER'), `${lines.join('\n')}\n`);

/** A name with its types is up to a thousand letters long; a mark is enough to know it again. */
function section(backend, names) {
  lines.push(`[${backend}]`, ...names.map((name) => createHash('sha256').update(name).digest('base64url').slice(0, 8)).sort());
}

function matching(pattern) {
  return files.flatMap((file) => {
    const found = file.match(pattern);
    return found ? [[file, found[1]]] : [];
  });
}
