import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readTraces, tracesInWords } from '../../simulate/read-traces.ts';
import { series, writeSeries } from './series-folder.ts';

describe('a folder of real series', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'traces-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is read with its subfolders, and only the series that worlds are made of', async () => {
    await writeSeries(folder);
    const { traces, names } = readTraces(folder);
    expect(Object.values(names).map(({ files }) => files)).toEqual([
      ['mongo-01.csv'],
      ['app2-09.csv'],
      ['outbound-03.csv', 'outbound-07.csv'],
    ]);
    expect(traces.load[0]).toMatchObject({ minutesPerRow: 1 });
    expect(traces.slowness).toHaveLength(2);
  });

  it('is refused when it is empty, or has nothing for one of the three', async () => {
    expect(() => readTraces(folder)).toThrow(/has no series for load: .* begin with ingress-04 or mongo-01/);
    await writeFile(
      join(folder, 'mongo-01.csv'),
      series(() => 1),
    );
    expect(() => readTraces(folder)).toThrow(/has no series for errors: .* begin with app2-/);
  });

  it('is refused with a series that is none, or two of one name', async () => {
    await writeSeries(folder);
    await writeFile(join(folder, 'outbound-03.csv'), 'TimeStamp,Value,Label\n2025-01-01 00:00:00,many,0\n');
    expect(() => readTraces(folder)).toThrow(/outbound-03\.csv is no series/);
    await mkdir(join(folder, 'again'));
    await writeFile(
      join(folder, 'again/mongo-01.csv'),
      series(() => 1),
    );
    expect(() => readTraces(folder)).toThrow('two series of one name');
  });

  it('is named on the score card', () => {
    expect(tracesInWords(undefined)).toBe('synthetic series');
  });
});
