import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Starts an application's own server on a free port and waits until it answers. */
export async function start(folder, command, parameters, env = {}) {
  const port = await freePort();
  const child = spawn(process.execPath, [`node_modules/${command}`, ...parameters, '--port', String(port)], {
    cwd: folder,
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => { said += text; });
  const origin = `http://127.0.0.1:${port}`;
  while (!(await fetch(origin).then(({ ok }) => ok, () => false))) {
    if (child.exitCode !== null) throw new Error(`${command} ended: ${said}`);
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
  return {
    origin,
    /** What it wrote. */
    said: () => said,
    async stop() {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    },
  };
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
