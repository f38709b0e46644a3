import { decide, type Observation } from '../controller/index.ts';
import type { ClosedWindow } from '../domain/index.ts';
import {
  addDenseWindow,
  addRateWindow,
  addValueWindow,
  denseRateTest,
  emptyDenseRateEvidence,
  emptyRateEvidence,
  emptyValueEvidence,
  flatSketch,
  harmTest,
  mergeSketches,
  slowCounts,
  slowThresholds,
} from '../models/index.ts';
import { simulatedWindows } from '../simulation/index.ts';
import { cpuMsOf, median } from './cpu-time.ts';

// What judging costs: monitors by themselves, one pass, many windows later, and 10 000 rollouts at once.
const ROLLOUTS = 10_000;
const WINDOW_MS = 10_000;
const HISTORY = 1_000;
const MARKS = [1_000, 10_000, 100_000];
const CALLS = 1_000;
const ROUNDS = 5;

const { rollout, windows } = simulatedWindows({ unitsPerMinute: 600, windowMs: WINDOW_MS, count: HISTORY, seed: 1 });
const history = windows.map((window) => ({ ...window, variants: window.sources['app']!.variants }));

await showMonitors();
await showPasses();
await showFleet();

/** Windows per second of CPU time through each monitor, without the rest of a pass. */
async function showMonitors(): Promise<void> {
  const rate = harmTest({ goodDirection: 'lower', margin: 0.1, eta: 1 });
  const conversion = harmTest({ goodDirection: 'higher', margin: 0.1, eta: 1 });
  const bursts = denseRateTest({ goodDirection: 'lower', margin: 0.1, dispersion: 4, alpha: 0.01 });
  const counts = (metric: string) =>
    history.map(({ variants }) => {
      const [treatment, control] = [variants['new']!.metrics[metric]!, variants['old']!.metrics[metric]!];
      if (treatment.kind !== 'rate' || control.kind !== 'rate') throw new Error(`${metric} is no rate`);
      return { nT: treatment.exposures, nC: control.exposures, xT: treatment.events, xC: control.events };
    });
  const [errors, requests, purchases] = [counts('errors'), counts('requests'), counts('purchases')];
  const durations = history.map(({ variants }) => {
    const [treatment, control] = [variants['new']!.metrics['latency']!, variants['old']!.metrics['latency']!];
    if (treatment.kind !== 'duration' || control.kind !== 'duration') throw new Error('latency is no duration');
    return { treatment: treatment.bins, control: control.bins };
  });
  const thresholds = slowThresholds(flatSketch(durations.map(({ control }) => control).reduce(mergeSketches)))!;
  const values = history.map(({ variants }) => {
    const sums = ({ metrics }: (typeof variants)[string]) => {
      const shown = metrics['revenue']!;
      if (shown.kind !== 'value') throw new Error('revenue is no value');
      return { n: shown.exposures, sum: shown.sum, sumOfSquares: shown.sumOfSquares, nonZero: shown.nonZero ?? 0 };
    };
    return { treatment: sums(variants['new']!), control: sums(variants['old']!) };
  });
  await showSpeed('exact, margin 0.1', () =>
    errors.reduce((sum, c) => addRateWindow(rate, sum, c), emptyRateEvidence(rate)),
  );
  await showSpeed('exact, fewer is worse', () =>
    purchases.reduce((sum, c) => addRateWindow(conversion, sum, c), emptyRateEvidence(conversion)),
  );
  await showSpeed('bound for bursts', () =>
    requests.reduce((sum, c) => addDenseWindow(bursts, sum, c), emptyDenseRateEvidence()),
  );
  await showSpeed('value', () => values.reduce((sum, v) => addValueWindow(sum, v), emptyValueEvidence()));
  await showSpeed('latency, counting and three exact', () =>
    durations.reduce((sum, { treatment, control }) => {
      const slow = slowCounts(thresholds, flatSketch(treatment), flatSketch(control));
      return sum.map((evidence, quantile) => addRateWindow(rate, evidence, slow[quantile]!));
    }, [rate, rate, rate].map(emptyRateEvidence)),
  );
}

async function showSpeed(name: string, run: () => unknown): Promise<void> {
  const speeds: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const cpuMs = await cpuMsOf(() => {
      for (let repeat = 0; repeat < CALLS / 10; repeat += 1) run();
    });
    if (round > 0) speeds.push((HISTORY * (CALLS / 10)) / cpuMs);
  }
  console.log(`${name}: ${median(speeds).toFixed(0)} thousand windows per CPU second`);
}

/** CPU time of one pass of one window, after more and more windows, and how large the evidence is then. */
async function showPasses(): Promise<void> {
  let evidence: Observation['evidence'] = null;
  let added = 0;
  const pass = () => {
    evidence = decide(observationAt(added, evidence)).evidence;
    added += 1;
  };
  for (const mark of MARKS) {
    while (added < mark - CALLS) pass();
    const cpuMs = await cpuMsOf(() => {
      for (let call = 0; call < CALLS; call += 1) pass();
    });
    const size = JSON.stringify(evidence).length;
    console.log(
      `a pass after ${mark} windows: ${((1_000 * cpuMs) / CALLS).toFixed(0)} µs, evidence ${size} bytes of JSON`,
    );
  }
}

/** The same windows again and again, each time later. */
function observationAt(index: number, evidence: Observation['evidence']): Observation {
  const window = windows[index % HISTORY]!;
  const startMs = windows[0]!.startMs + index * WINDOW_MS;
  const closed: ClosedWindow = { ...window, startMs, endMs: startMs + WINDOW_MS };
  return {
    nowMs: closed.endMs,
    rollout,
    evidence,
    closedThroughMs: closed.endMs,
    windows: [closed],
    quarantinedSources: [],
    lateShare: 0,
  };
}

/** Memory of the evidence of 10 000 rollouts, as text and as objects, and CPU time of a pass over all of them. */
async function showFleet(): Promise<void> {
  if (globalThis.gc === undefined) throw new Error('run with node --expose-gc');
  let evidence: Observation['evidence'] = null;
  for (let index = 0; index < HISTORY; index += 1) evidence = decide(observationAt(index, evidence)).evidence;
  const text = JSON.stringify(evidence);
  globalThis.gc();
  const before = process.memoryUsage().heapUsed;
  const fleet = Array.from({ length: ROLLOUTS }, () => JSON.parse(text) as NonNullable<Observation['evidence']>);
  globalThis.gc();
  const bytes = process.memoryUsage().heapUsed - before;
  console.log(
    `evidence of ${ROLLOUTS} rollouts: ${megabytes(bytes)} as objects, ${megabytes(ROLLOUTS * text.length)} as JSON`,
  );
  for (let round = 0; round < 3; round += 1) {
    const cpuMs = await cpuMsOf(() => {
      for (const [index, held] of fleet.entries()) fleet[index] = decide(observationAt(HISTORY + round, held)).evidence;
    });
    const verdict = cpuMs <= WINDOW_MS ? 'within' : 'ABOVE';
    console.log(
      `a pass over all of them: ${(cpuMs / 1_000).toFixed(1)} s of CPU (${verdict} the ${WINDOW_MS / 1_000} s of a window)`,
    );
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 ** 2).toFixed(0)} MB`;
}
