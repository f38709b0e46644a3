/** One metric of one treatment against control: its relative effect and standard error, look by look. */
export interface EffectStream {
  readonly experiment: string;
  readonly metric: string;
  readonly looks: readonly { readonly days: number; readonly effect: number; readonly standardError: number }[];
}

const MIN_UNITS = 50;
const MIN_LOOKS = 5;

/** Streams of "experiment, variant, metric, days, count_c, count_t, mean_c, mean_t, variance_c, variance_t", cumulative. */
export function effectStreams(csv: string): readonly EffectStream[] {
  const streams = new Map<string, { experiment: string; metric: string; looks: EffectStream['looks'][number][] }>();
  for (const line of csv.trim().split('\n').slice(1)) {
    const [experiment = '', variant = '', metric = '', ...rest] = line.split(',');
    const numbers = rest.map((text) => (text === '' ? Number.NaN : Number(text)));
    const [days, nC, nT, meanC, meanT, varianceC, varianceT] = numbers as [number, ...number[]];
    if (!numbers.every(Number.isFinite) || Math.min(nC!, nT!) < MIN_UNITS) continue;
    if (!(varianceC! > 0 && varianceT! > 0 && meanC! > 0 && meanT! > 0)) continue;
    const key = `${experiment},${variant},${metric}`;
    const stream = streams.get(key) ?? { experiment, metric, looks: [] };
    streams.set(key, stream);
    stream.looks.push({
      days,
      effect: meanT! / meanC! - 1,
      standardError: Math.sqrt(varianceT! / nT! + (varianceC! / nC!) * (meanT! / meanC!) ** 2) / meanC!,
    });
  }
  for (const { looks } of streams.values()) looks.sort((a, b) => a.days - b.days);
  return [...streams.values()].filter(({ looks }) => looks.length >= MIN_LOOKS);
}
