import { type ChildProcess, spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** Compiled, as people have it: `npm test` sees to that, and it starts in a fifth of the time. */
const MAIN = fileURLToPath(new URL('../../dist/server/cli/main.js', import.meta.url));

/** How a run of the command line ended. */
export interface CliResult {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

/** Starts the command line in a process of its own, without the variables of the process that runs the tests. */
export function spawnCli(args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
  const { PATH, HOME } = process.env;
  return spawn(process.execPath, [MAIN, ...args], { env: { PATH, HOME, ...env }, stdio: 'pipe' });
}

/** Runs the command line to its end. */
export async function runCli(
  args: readonly string[],
  { env = {}, input = '' }: { readonly env?: Readonly<Record<string, string>>; readonly input?: string } = {},
): Promise<CliResult> {
  const child = spawnCli(args, env);
  child.stdin!.end(input);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [out, error] = await Promise.all([text(child.stdout!), text(child.stderr!)]);
  return { code: await ended, out, error };
}
