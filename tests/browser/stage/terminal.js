import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import { expect } from '@playwright/test';

import { named } from './demo.js';

/** A visitor in a terminal: the `visavis` command, line by line. */
export class Terminal {
  #process;
  /** All events so far, as the command printed them. */
  events = [];

  constructor(options, more = []) {
    const { baseUrl, tenantId, publicKey } = options;
    const args = ['chat', '--backend', 'bloonio', '--base-url', baseUrl, '--tenant-id', tenantId, '--public-key', publicKey];
    this.#process = spawn(named('VISAVIS_BIN'), [...args, '--locale', 'en', '--json', '--timeout', '60', ...more], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    createInterface({ input: this.#process.stdout }).on('line', (line) => this.events.push(JSON.parse(line)));
  }

  say(text) {
    this.#process.stdin.write(`${text}\n`);
  }

  /** Waits for an event with these fields. */
  async heard(fields) {
    await expect.poll(() => this.events, { message: JSON.stringify(fields) }).toContainEqual(expect.objectContaining(fields));
    return this.events.find((event) => Object.entries(fields).every(([name, value]) => event[name] === value));
  }

  /** Ends the input and returns the exit code. */
  async end() {
    this.#process.stdin.end();
    const [code] = this.#process.exitCode === null ? await once(this.#process, 'exit') : [this.#process.exitCode];
    return code;
  }

  kill() {
    this.#process.kill('SIGKILL');
  }
}
