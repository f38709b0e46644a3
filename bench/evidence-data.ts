import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseExperiments, parseTrace, type RealData } from '../simulation/index.ts';

/** Series that have the shape of a service's traffic; others are nearly always zero. */
const LOAD_FILES = ['ingress-04.csv', 'mongo-01.csv', 'mongo-03.csv', 'purchase-03.csv'];
const LOAD_FOLDERS = ['data-ingress-rate', 'mongodb-application-rps', 'consumer-purchase-rate'];

/** Reads a folder with `traces/` of the Microsoft Cloud Monitoring Dataset and `experiments/asos.csv`; undefined without it. */
export function readRealData(folder: string | undefined): RealData | undefined {
  if (folder === undefined || !existsSync(join(folder, 'traces'))) return undefined;
  const tracesIn = (kind: string, isWanted: (file: string) => boolean) =>
    readdirSync(join(folder, 'traces', kind))
      .filter((file) => file.endsWith('.csv') && isWanted(file))
      .sort()
      .map((file) => parseTrace(readFileSync(join(folder, 'traces', kind, file), 'utf8')));
  return {
    traces: {
      load: LOAD_FOLDERS.flatMap((kind) => tracesIn(kind, (file) => LOAD_FILES.includes(file))),
      errors: tracesIn('application-crash-rate-2', () => true),
      slowness: tracesIn('middle-tier-api-dependency-latency', () => true),
    },
    experiments: parseExperiments(readFileSync(join(folder, 'experiments/asos.csv'), 'utf8')),
  };
}
