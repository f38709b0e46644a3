import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lockDirectory } from '../../storage/directory-lock.ts';
import { identifyProcess } from '../../storage/process-identity.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'rampwright-lock-'));
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

it('gives a directory to one holder at a time, and again after it was given back', () => {
  const missing = join(directory, 'made', 'here');
  for (let round = 0; round < 3; round++) {
    const unlock = lockDirectory(missing);
    expect(() => lockDirectory(missing)).toThrow('in use by this process itself');
    unlock();
  }
  expect(readdirSync(missing)).toEqual(['lock.3']);
});

it('names the process that holds the directory and says what to do', () => {
  writeFileSync(join(directory, 'lock.1'), JSON.stringify(identifyProcess(process.ppid)));
  expect(() => lockDirectory(directory)).toThrow(
    new RegExp(`${directory} is in use by process ${process.ppid}.*directory of its own`),
  );
});

it('replaces the lock of a process that is gone', () => {
  const { pid } = spawnSync(process.execPath, ['--version']);
  writeFileSync(join(directory, 'lock.7'), JSON.stringify({ pid, startedAt: '1' }));
  lockDirectory(directory);
  expect(readdirSync(directory)).toEqual(['lock.8']);
});

it('tells a process from an earlier one that had the same number', () => {
  writeFileSync(join(directory, 'lock.1'), JSON.stringify({ pid: process.pid, startedAt: '1' }));
  lockDirectory(directory);
  expect(() => lockDirectory(directory)).toThrow('in use');
});
