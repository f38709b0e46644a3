import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isUsableTrace, type SeriesNames, seriesByName, type Traces, tracesByName } from '../simulation/index.ts';
import { reasonOf, WrongInput } from './wrong-input.ts';

/** Real series, and which they are. */
export interface RealSeries {
  readonly traces: Traces;
  readonly names: SeriesNames;
}

/** The series in a folder and its subfolders; refuses one without any for load, errors or slowness. */
export function readTraces(folder: string): RealSeries {
  const paths = csvFilesIn(folder);
  const byName = new Map(paths.map((path) => [basename(path), path]));
  if (byName.size < paths.length) throw new WrongInput(`${folder} has two series of one name: rename one`);
  const names = seriesByName([...byName.keys()]);
  for (const { stands, files, beginnings } of Object.values(names)) {
    if (files.length > 0) continue;
    throw new WrongInput(
      `${folder} has no series for ${stands}: put CSV files there whose names begin with ${beginnings.join(' or ')}`,
    );
  }
  const wanted = Object.values(names).flatMap(({ files }) => files);
  const traces = tracesByName(
    Object.fromEntries(wanted.map((name) => [name, readFileSync(byName.get(name)!, 'utf8')])),
  );
  for (const [kind, { files }] of Object.entries(names) as [keyof Traces, SeriesNames[keyof Traces]][]) {
    const broken = files.find((_, index) => !isUsableTrace(traces![kind][index]!));
    if (broken === undefined) continue;
    throw new WrongInput(`${byName.get(broken)} is no series: lines "TimeStamp,Value,Label" at even times are needed`);
  }
  return { traces: traces!, names };
}

/** What a score card says about where its traffic came from. */
export function tracesInWords(series: RealSeries | undefined): string {
  if (series === undefined) return 'synthetic series';
  const parts = Object.values(series.names).map(
    ({ stands, files }) => `${stands} ${files.map((file) => file.replace(/\.csv$/, '')).join(', ')}`,
  );
  return `real series: ${parts.join('; ')}`;
}

function csvFilesIn(folder: string): readonly string[] {
  try {
    if (!statSync(folder).isDirectory())
      throw new WrongInput(`--traces ${folder} is no folder: name the folder of the files`);
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.csv'))
      .sort()
      .map((path) => join(folder, path));
  } catch (error) {
    if (error instanceof WrongInput) throw error;
    throw new WrongInput(`--traces ${folder} cannot be read: ${reasonOf(error)}`);
  }
}
