import {
  type ClosedWindow,
  durationBinOf,
  MAX_DURATION_MS,
  type MetricWindows,
  type VariantWindow,
} from '../domain/index.ts';
import { type Draws, seededDraws } from './draws.ts';
import type { Experiment } from './experiment.ts';
import { asDecided } from './ramps.ts';
import { DIURNAL } from './rhythm.ts';
import { aSimulatedRollout, guardrailOf } from './rollouts.ts';
import { runRollout } from './run-rollout.ts';
import { NO_EFFECT, openWorld, variantsOf, type WindowDraw, type World } from './world.ts';

const SOURCES = 20;
const FORGERS = 4;
const MINUTES = 720;

type Variants = Readonly<Record<'new' | 'old', VariantWindow>>;

/** What a forger makes of what it saw; with a volume above 1 it makes up the more units. */
interface Forgery {
  readonly volume: number;
  /** Share of units with an error that it says, given the true one. */
  readonly treatment: (share: number) => number;
  readonly control: (share: number) => number;
  /** Whether the volume is that many copies of each unit, which any test of the split sees. */
  readonly isClumsy?: boolean;
}

const same = (share: number) => share;
const tenfold = (share: number) => Math.min(1, share * 10);
const always = () => 1;
const never = () => 0;

/** Nobody forges: everybody says what was seen. */
const HONEST = { 'nobody forges': null };

/** Forgers that want a sound rollout back, forgers that hide a bad one, and forgers that hide a slow one. */
const FORCING: Readonly<Record<string, Forgery>> = {
  'ten times the errors': { volume: 1, treatment: tenfold, control: same },
  'nothing but errors': { volume: 1, treatment: always, control: never },
  'ten times the volume and the errors': { volume: 10, treatment: tenfold, control: same },
  'each unit ten times': { volume: 10, treatment: tenfold, control: same, isClumsy: true },
};
const HIDING: Readonly<Record<string, Forgery>> = {
  'no errors': { volume: 1, treatment: never, control: same },
  'control fails': { volume: 1, treatment: never, control: always },
  'ten times the volume, control fails': { volume: 10, treatment: never, control: always },
};
const HIDING_SLOWNESS: Readonly<Record<string, Forgery>> = {
  'control takes a day': { volume: 1, treatment: never, control: always },
  'ten times the volume, control takes a day': { volume: 10, treatment: never, control: always },
};

const KINDS = {
  sound: { forgeries: FORCING, metric: 'errors', treatment: NO_EFFECT },
  'twice the errors': { forgeries: HIDING, metric: 'errors', treatment: { ...NO_EFFECT, errors: 2 } },
  'slower by two fifths': { forgeries: HIDING_SLOWNESS, metric: 'latency', treatment: { ...NO_EFFECT, slowness: 1.4 } },
} as const;

/** 20 sources of which 4 forge: they force no rollback, and hide no harm from those who look for 12 hours. */
export const FORGED: Experiment = {
  title: 'four forged sources of twenty',
  cells: [
    ...Object.entries(KINDS).flatMap(([kind, { forgeries }]) =>
      Object.keys({ ...HONEST, ...forgeries }).map((name) => `${kind}: ${name}`),
    ),
    'twice the errors: one source alone',
  ],
  runs: 500,
  play: (cell, { seed, run }) => {
    const [kind, name] = cell.split(': ') as [keyof typeof KINDS, string];
    const { forgeries, metric, treatment } = KINDS[kind];
    const world: World = {
      unitsPerMinute: 2_000,
      windowMs: 60_000,
      metrics: [metric],
      rhythm: DIURNAL,
      dispersion: 1,
      countries: 0,
      treatment,
    };
    const draws = seededDraws(seed, run);
    const forgery = ({ ...HONEST, ...forgeries } as Readonly<Record<string, Forgery | null>>)[name];
    return runRollout({
      rollout: aSimulatedRollout({ alpha: 0.01, metrics: [guardrailOf(metric, 1)] }),
      draw: forgery === undefined ? openWorld(world, draws) : fromSources(world, draws, forgery),
      ramp: asDecided,
      minutes: MINUTES,
      ringing: ({ decision, assessment }) => ({
        rollback: decision.action === 'rollback',
        'sample ratio': assessment.sampleRatio.mismatchAtMs !== null,
      }),
      isOver: ({ rollback }, { decision }) => rollback !== null || decision.action === 'complete',
    });
  },
  promise: (cell, alarm) => {
    if (alarm !== 'rollback') return undefined;
    return cell.startsWith('sound') ? { atMost: 0.01 } : { atLeast: 0.99 };
  },
};

/** Every source sees the same part of the units; the first four are in the forger's hand. */
function fromSources(world: World, draws: Draws, forgery: Forgery | null): WindowDraw {
  const drawVariants = variantsOf(world, draws);
  return ({ startMs, minute, coverage }): ClosedWindow => ({
    startMs,
    endMs: startMs + world.windowMs,
    coverage,
    sources: Object.fromEntries(
      Array.from({ length: SOURCES }, (_, index) => {
        const liar = index < FORGERS ? forgery : null;
        const seen = drawVariants(minute, coverage, volumeOf(liar) / SOURCES);
        const variants = liar === null ? seen : forged(seen, liar);
        return [`key-${index}`, { reports: 1, clockSkewMs: null, variants }];
      }),
    ),
  });
}

/** Units of its own that a source makes up, as a multiple of what it sees. */
function volumeOf(liar: Forgery | null): number {
  return liar === null || liar.isClumsy === true ? 1 : liar.volume;
}

function forged(seen: Variants, { volume, treatment, control, isClumsy = false }: Forgery): Variants {
  const copies = isClumsy ? volume : 1;
  return { new: said(seen.new, copies, treatment), old: said(seen.old, copies, control) };
}

function said(
  { units: seen, metrics }: VariantWindow,
  copies: number,
  forge: (share: number) => number,
): VariantWindow {
  const units = seen * copies;
  return { units, newUnits: units, requests: units, metrics: forgedMetrics(metrics, units, forge) };
}

/** Of a duration "an event" is a day, the longest there is. */
function forgedMetrics(metrics: MetricWindows, units: number, forge: (share: number) => number): MetricWindows {
  const [name, window] = Object.entries(metrics)[0]!;
  if (window.kind !== 'rate') {
    const slow = Math.round(units * forge(0));
    const bins = { [durationBinOf(1)]: units - slow, [durationBinOf(MAX_DURATION_MS)]: slow };
    return { [name]: { kind: 'duration', exposures: units, bins } };
  }
  const events = Math.round(units * forge(window.exposures === 0 ? 0 : window.events / window.exposures));
  return { [name]: { kind: 'rate', exposures: units, events } };
}
