import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RunFile } from '../../bench/run-file.ts';

interface Run {
  readonly label: number;
  readonly features: readonly number[];
}

describe('runs that are kept', () => {
  const run: Run = { label: 0.1, features: [1 / 3, -2e-17, 12_345.678_901_234_5] };
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'runs-'));
    path = join(folder, 'runs.jsonl');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('come back to the bit, so that a command that goes on ends as one that was never interrupted', () => {
    new RunFile<Run>(path, { seed: 1 }).add('B1 1', run);
    const again = new RunFile<Run>(path, { seed: 1 });
    expect(again.of('B1 1')).toEqual(run);
    expect(again.of('B1 2')).toBeUndefined();
  });

  it('lose a line that was torn, and no other', () => {
    new RunFile<Run>(path, { seed: 1 }).add('B1 1', run);
    appendFileSync(path, '{"key":"B1 2","run":{"lab');
    const again = new RunFile<Run>(path, { seed: 1 });
    expect([again.of('B1 1'), again.of('B1 2')]).toEqual([run, undefined]);
    again.add('B1 2', run);
    expect(new RunFile<Run>(path, { seed: 1 }).of('B1 2')).toEqual(run);
  });

  it('of other inputs are made anew', () => {
    new RunFile<Run>(path, { seed: 1 }).add('B1 1', run);
    expect(new RunFile<Run>(path, { seed: 2 }).of('B1 1')).toBeUndefined();
  });
});
