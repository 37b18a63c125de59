// Installs and builds the applications, outside of this folder: each with what its lock file names and the packed widget.
//
//     node prepare.mjs --tarball FILE --out DIR [NAME …]
//
// What was installed for the same lock file stays as it is.

import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';

const here = dirname(fileURLToPath(import.meta.url));
const { values, positionals } = parseArgs({ options: { tarball: { type: 'string' }, out: { type: 'string' } }, allowPositionals: true });
const [tarball, out] = [resolve(values.tarball), resolve(values.out)];

/** Where the sources of an application are; the example of the guide is one, too. */
const SOURCES = { mailoo: join(here, '..', '..', 'www', 'site', 'guide', 'nextjs') };
const NAMES = ['plain', 'react', 'vue', 'angular', 'angular17', 'next', 'mailoo'];

/** What an application has of another one: it is the same application, on an older release. */
const SHARED = { angular17: ['angular/src/app.ts', 'angular/src/chat.ts'] };

/** Much of the time is waiting for files, so one more at once costs little. */
const AT_ONCE = 2;

const waiting = [...(positionals.length ? positionals : NAMES)];
await Promise.all(Array.from({ length: AT_ONCE }, async () => {
  while (waiting.length) await prepare(waiting.shift());
}));

async function prepare(name) {
  const started = Date.now();
  const folder = join(out, name);
  await put(SOURCES[name] ?? join(here, 'apps', name), folder);
  for (const file of SHARED[name] ?? []) await cp(join(here, 'apps', file), join(folder, 'src', basename(file)));
  await install(folder);
  if (name === 'mailoo') await cp(join(folder, 'node_modules/@visavis/widget/script'), join(folder, 'public'), { recursive: true });
  await run(folder, ['run', 'build']);
  console.log(`   ${name}: installed and built in ${((Date.now() - started) / 1000).toFixed(0)} s`);
}

/** The application's sources and nothing older, except for what was installed. */
async function put(sources, folder) {
  await mkdir(folder, { recursive: true });
  for (const entry of await readdir(folder)) if (entry !== 'node_modules') await rm(join(folder, entry), { recursive: true });
  const filter = (path) => !/\/(node_modules|dist|out|\.next|\.angular|public)$/.test(path);
  await cp(sources, folder, { recursive: true, filter });
}

async function install(folder) {
  const lock = await readFile(join(folder, 'package-lock.json'), 'utf8');
  const stamp = join(folder, 'node_modules', '.installed-lock.json');
  if ((await readFile(stamp, 'utf8').catch(() => '')) !== lock) {
    await run(folder, ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
    await writeFile(stamp, lock);
  }
  // The widget is of this very moment, so no lock file can name it.
  await rm(join(folder, 'node_modules', '@visavis'), { recursive: true, force: true });
  await run(folder, ['install', tarball, '--no-save', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error']);
}

async function run(folder, parameters) {
  const quiet = { NEXT_TELEMETRY_DISABLED: '1', NG_CLI_ANALYTICS: 'false', CI: '1', NODE_ENV: undefined };
  try {
    await promisify(execFile)('npm', parameters, { cwd: folder, env: { ...process.env, ...quiet }, encoding: 'utf8', maxBuffer: 2 ** 26 });
  } catch (error) {
    console.log(`${error.stdout}\n${error.stderr}`);
    throw new Error(`${folder}: npm ${parameters[0]} ${parameters[1]} failed`);
  }
}
