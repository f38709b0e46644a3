import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A program of the demo in a process of its own, and where it listens. */
export interface Child {
  readonly url: string;
  stop(): Promise<void>;
}

const START_LIMIT_MS = 60_000;

/** Starts a program and waits until it prints the URL that it listens on; rejects with its output if it ends before. */
export async function startChild(module: URL, env: Readonly<Record<string, string>>): Promise<Child> {
  const child = spawn(process.execPath, [fileURLToPath(module)], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = () => stopChild(child);
  process.once('exit', () => child.kill('SIGKILL'));
  try {
    return { url: await urlOf(child), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function urlOf(child: ChildProcess): Promise<string> {
  const output: string[] = [];
  const remember = (line: string) => {
    output.push(line);
    if (output.length > 40) output.shift();
  };
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`${why}\n${output.join('\n')}`));
    const timer = setTimeout(() => fail('it did not start in time'), START_LIMIT_MS);
    createInterface({ input: child.stderr! }).on('line', remember);
    createInterface({ input: child.stdout! }).on('line', (line) => {
      remember(line);
      const url = /listens on (http:\/\/\S+)/.exec(line)?.[1];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve(url);
    });
    child.once('exit', (code) => {
      clearTimeout(timer);
      fail(`it ended with code ${code}`);
    });
  });
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await ended;
  clearTimeout(timer);
}
