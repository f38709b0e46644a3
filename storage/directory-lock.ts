import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identifyProcess, type ProcessIdentity } from './process-identity.ts';

/** Processes that start at the same moment may take a number from each other this often before we give up. */
const MAX_ATTEMPTS = 100;

const LOCK_NAME = /^lock\.(\d+)$/;

/**
 * Takes a directory for this process alone and returns the function that gives it back; throws when another process,
 * or another part of this one, has it.
 *
 * The lock is the file `lock.<n>` with the highest n. It names its holder, and is free when that process is gone or
 * the file is empty. Whoever finds it free creates number n + 1, which only one process can do; numbers never go
 * back, so nobody ever removes a lock that somebody else has just taken. Processes that cannot see each other's
 * numbers (containers with a shared volume) are not kept apart.
 */
export function lockDirectory(directory: string): () => void {
  mkdirSync(directory, { recursive: true });
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const newest = Math.max(0, ...lockNumbers(directory));
    const holder = readHolder(lockPath(directory, newest));
    if (holder !== undefined && isRunning(holder)) throw inUse(directory, holder);
    const path = lockPath(directory, newest + 1);
    if (!createOnce(path, JSON.stringify(identifyProcess(process.pid)))) continue;
    for (const number of lockNumbers(directory)) {
      if (number <= newest) rmSync(lockPath(directory, number), { force: true });
    }
    return () => truncateSync(path);
  }
  throw new Error(`Too many processes want the directory ${directory} at the same moment; start one of them.`);
}

function lockNumbers(directory: string): readonly number[] {
  return readdirSync(directory).flatMap((name) => Number(LOCK_NAME.exec(name)?.[1] ?? []));
}

function lockPath(directory: string, number: number): string {
  return join(directory, `lock.${number}`);
}

function readHolder(path: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ProcessIdentity;
  } catch {
    return undefined;
  }
}

function isRunning({ pid, startedAt }: ProcessIdentity): boolean {
  return identifyProcess(pid)?.startedAt === startedAt;
}

/** Creates the file with all its content at once, unless it exists: a link, since nobody may see it half written. */
function createOnce(path: string, content: string): boolean {
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, content);
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft);
  }
}

function inUse(directory: string, { pid }: ProcessIdentity): Error {
  const who = pid === process.pid ? 'this process itself' : `process ${pid}`;
  return new Error(
    `The data directory ${directory} is in use by ${who}. An embedded database serves one process: ` +
      'stop that one, give this one a directory of its own, or let both use PostgreSQL.',
  );
}
