import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('../../dist/server/main.js', import.meta.url));

it('a ticket never gets into the log, however much is logged and however the path is mistyped', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'rampwright-test-'));
  const child = spawn(process.execPath, [MAIN], {
    env: { ...process.env, RAMPWRIGHT_PORT: '0', RAMPWRIGHT_LOG_LEVEL: 'trace', RAMPWRIGHT_DATA_DIR: directory },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  try {
    await expect.poll(() => /listens on (\S+)/.exec(output)?.[1]).toBeDefined();
    const url = /listens on (\S+)/.exec(output)![1];
    for (const path of ['/ofrep/v1/events', '/ofrep/v1/event', '/elsewhere', '/api/v1/keys'])
      await fetch(`${url}${path}?ticket=do-not-log-me`);
    await expect.poll(() => output).toContain('/api/v1/keys');
    expect(output).toContain('/elsewhere');
    expect(output).not.toContain('do-not-log-me');
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
    await rm(directory, { recursive: true, force: true });
  }
});
