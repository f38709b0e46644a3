import type { CounterSample, CounterSeries } from '../../controller/index.ts';
import { SourceFailure } from './source-failure.ts';

/** Most of an answer that is quoted in a log. */
const MAX_QUOTED = 200;

type Unknowns = Readonly<Record<string, unknown>>;

/**
 * The series in an answer of Prometheus' query API, of a range selector or an instant vector.
 *
 * The answer is not trusted: what does not have the documented form is a SourceFailure, and so are warnings, which
 * mean that part of the data is missing. Numbers are passed on as they are, NaN and infinities included.
 */
export function readMatrix(text: string): readonly CounterSeries[] {
  const answer = parse(text);
  if (answer['status'] !== 'success') throw new SourceFailure('queryRefused', quoted(answer['error']));
  const { warnings } = answer;
  if (Array.isArray(warnings) && warnings.length > 0) throw new SourceFailure('partial', quoted(warnings[0]));
  const data = answer['data'];
  if (!isObject(data) || !Array.isArray(data['result'])) throw new SourceFailure('unexpectedAnswer', 'no result in it');
  const valuesOf = VALUES.get(data['resultType']);
  if (valuesOf === undefined)
    throw new SourceFailure('unexpectedAnswer', `a result of type ${quoted(data['resultType'])}`);
  return data['result'].map((series: unknown) => readSeries(series, valuesOf));
}

const VALUES: ReadonlyMap<unknown, (series: Unknowns) => unknown> = new Map([
  ['matrix', ({ values }: Unknowns) => values],
  ['vector', ({ value }: Unknowns) => [value]],
]);

function parse(text: string): Unknowns {
  try {
    const answer: unknown = JSON.parse(text);
    if (isObject(answer)) return answer;
  } catch {
    // Said below, for everything that is no object.
  }
  throw new SourceFailure('notJson', `it begins with ${quoted(text.slice(0, MAX_QUOTED))}`);
}

function readSeries(series: unknown, valuesOf: (series: Unknowns) => unknown): CounterSeries {
  if (!isObject(series) || !isLabels(series['metric'])) throw new SourceFailure('unexpectedAnswer', 'no labels in it');
  const values = valuesOf(series);
  if (!Array.isArray(values))
    throw new SourceFailure('unexpectedAnswer', `${quoted(series['metric'])} holds no numbers`);
  return { labels: series['metric'], samples: values.map(readSample).sort((a, b) => a.atMs - b.atMs) };
}

function readSample(pair: unknown): CounterSample {
  const [seconds, value] = Array.isArray(pair) ? pair : [];
  if (typeof seconds !== 'number' || typeof value !== 'string')
    throw new SourceFailure('unexpectedAnswer', `${quoted(pair)} is no sample`);
  return { atMs: Math.round(seconds * 1000), value: Number(value || Number.NaN) };
}

function isObject(value: unknown): value is Unknowns {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isLabels(value: unknown): value is Readonly<Record<string, string>> {
  return isObject(value) && Object.values(value).every((label) => typeof label === 'string');
}

function quoted(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, MAX_QUOTED);
}
