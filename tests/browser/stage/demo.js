import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import { Gateway } from './gateway.js';
import { Mailoo } from './mailoo.js';
import { Relay } from './relay.js';

const START_LIMIT_MS = 20_000;

/** The demo server: site, widget, relay and gateway in one process, on free ports. */
export class Demo {
  #process;

  constructor(process, { site, relay }, config) {
    this.#process = process;
    /** Origin of the site. */
    this.site = site;
    this.relay = new Relay(relay, config);
    /** The widget's options for this relay. */
    this.options = {
      backend: 'bloonio', baseUrl: config.base_url, tenantId: config.tenant_id, publicKey: config.public_key, locale: 'en',
    };
    this.gateway = new Gateway(config.appengine);
    /** The widget's options for this gateway. */
    this.gatewayOptions = this.gateway.options;
    /** What stands behind the site's own back end. */
    this.mailoo = new Mailoo(config.mailoo.operator_url);
  }

  static async start() {
    const args = ['--port', '0', '--relay-port', '0', '--relay-control', '--widget', named('VISAVIS_WIDGET_DIR')];
    if (process.env.VISAVIS_SITE_DIR) args.push('--site', process.env.VISAVIS_SITE_DIR);
    const child = spawn(named('VISAVIS_WWW_BIN'), args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const places = await addresses(child);
    const config = await (await fetch(`${places.site}/config.json`)).json();
    return new Demo(child, places, config);
  }

  async stop() {
    const gone = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    await gone;
  }
}

/** What a variable says; the lane sets them all. */
export function named(variable) {
  const value = process.env[variable];
  if (!value) throw new Error(`${variable} is not set: run \`cargo xtask test --lane browser\`, or set it as tests/README.md says`);
  return value;
}

/** Reads the addresses that the server prints when it listens. */
async function addresses(child) {
  const found = {};
  const limit = setTimeout(() => child.kill(), START_LIMIT_MS);
  for await (const line of createInterface({ input: child.stdout })) {
    const [, name, url] = line.match(/^\s+(Site|Relay)\s+(http:\/\/\S+?)\/?$/) ?? [];
    if (name) found[name.toLowerCase()] = url;
    if (found.site && found.relay) {
      clearTimeout(limit);
      child.stdout.resume();
      return found;
    }
  }
  throw new Error('the demo server ended, or did not say where it listens');
}
