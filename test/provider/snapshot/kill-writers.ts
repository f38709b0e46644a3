import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { previousOf, readSnapshotFile } from '../../../provider/snapshot/snapshot-file.ts';

/** What was found on disk after the kills. */
export interface KillFigures {
  readonly kills: number;
  /** Files that could not be read, newest or previous. */
  readonly torn: number;
  /** Times that the file was older than a version that was known to be on disk. */
  readonly backward: number;
  readonly versionsWritten: number;
}

/** Kills a process that writes snapshots again and again, each time after a few more writes, and looks at its file. */
export async function killWriters(kills: number, random: () => number): Promise<KillFigures> {
  const directory = await mkdtemp(join(tmpdir(), 'rampwright-kill-'));
  const file = join(directory, 'snapshot.json');
  const script = await compiledWriter(directory);
  let [torn, backward, known] = [0, 0, 0];
  for (let kill = 0; kill < kills; kill += 1) {
    known = await writeUntilKilled([script, file, String(known + 1)], random);
    const newest = readSnapshotFile(file);
    if (typeof newest !== 'object' || typeof readSnapshotFile(previousOf(file)) === 'string') torn += 1;
    else if (newest.snapshot.version < known) backward += 1;
    if (typeof newest === 'object') known = Math.max(known, newest.snapshot.version);
  }
  await rm(directory, { recursive: true });
  return { kills, torn, backward, versionsWritten: known };
}

/** Compiled once, so that processes which are killed soon do not spend their lives on it. */
async function compiledWriter(directory: string): Promise<string> {
  const outfile = join(directory, 'endless-writer.mjs');
  const entry = fileURLToPath(new URL('endless-writer.ts', import.meta.url));
  await build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'esm', logLevel: 'warning' });
  return outfile;
}

/** Returns the newest version that the process said to have written. */
async function writeUntilKilled(args: readonly string[], random: () => number): Promise<number> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const enough = 2 + Math.floor(6 * random());
  let written = '';
  let lastMs = performance.now();
  for await (const text of child.stdout.setEncoding('utf8')) {
    written += text;
    const nowMs = performance.now();
    if (written.split('\n').length > enough && !child.killed) {
      // Somewhere inside of the next write, which takes about as long as the last one did.
      const untilMs = nowMs + random() * (nowMs - lastMs);
      while (performance.now() < untilMs);
      child.kill('SIGKILL');
    }
    lastMs = nowMs;
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  const lines = written.slice(0, written.lastIndexOf('\n')).split('\n');
  return Number(lines.at(-1));
}
