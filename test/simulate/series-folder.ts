import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const ROWS = 2_000;
const ORIGIN_MS = Date.parse('2025-01-01T00:00:00Z');

/** A folder of series as they are found: some in subfolders, some of no use here. */
export async function writeSeries(folder: string): Promise<void> {
  await mkdir(join(folder, 'errors/app2'), { recursive: true });
  await writeFile(
    join(folder, 'mongo-01.csv'),
    series((row) => 100 + (row % 50)),
  );
  await writeFile(
    join(folder, 'errors/app2/app2-09.csv'),
    series((row) => 1 + (row % 7)),
  );
  await writeFile(
    join(folder, 'outbound-03.csv'),
    series((row) => 50 + (row % 11)),
  );
  await writeFile(
    join(folder, 'outbound-07.csv'),
    series((row) => 40 + (row % 13)),
  );
  await writeFile(join(folder, 'ingress-02.csv'), 'not used, and broken');
}

/** A value a minute. */
export function series(valueAt: (row: number) => number): string {
  const rows = Array.from({ length: ROWS }, (_, row) => {
    const time = new Date(ORIGIN_MS + row * 60_000).toISOString().slice(0, 19).replace('T', ' ');
    return `${time},${valueAt(row)},0`;
  });
  return ['TimeStamp,Value,Label', ...rows].join('\n');
}
