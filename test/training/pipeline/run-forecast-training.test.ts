import { beforeAll, describe, expect, it } from 'vitest';
import { planRollout } from '../../../controller/index.ts';
import type { ClosedWindow, DecisionRecord } from '../../../domain/index.ts';
import { checkForecastArtefact, type ForecastArtefact } from '../../../models/index.ts';
import { type ForecastEvidence, passForecastGate } from '../../../training/gate/index.ts';
import {
  type RecordedGeneration,
  RISK_FIT,
  runForecastTraining,
  type TrainingOptions,
  type TrainingOutcome,
} from '../../../training/index.ts';
import { A_FLAG } from '../../controller/builders.ts';
import { seededDraws } from '../../models/seeded-draws.ts';
import { CUT_OFF_MS, STARTED_AT_MS } from '../recorded-world.ts';
import { Memory, tools } from './memory-ports.ts';

const MINUTE_MS = 60_000;
const UNITS = 1_000_000;
const MINUTES = 122;

/** A rollout whose control has, minute by minute, this ln of its rate; one record holds all of its windows. */
function recorded(index: number, lnRate: (minute: number) => number): RecordedGeneration {
  const input = { flag: 'f', control: 'off', treatments: [{ variant: 'on' }], windowMs: MINUTE_MS };
  const definition = planRollout({ ...input, rollout: `rollout-${index}` }, A_FLAG);
  const windows = Array.from({ length: MINUTES }, (_, minute): ClosedWindow => {
    const startMs = STARTED_AT_MS + minute * MINUTE_MS;
    const errors = { kind: 'rate', exposures: UNITS, events: Math.round(UNITS * Math.exp(lnRate(minute))) } as const;
    const off = { units: UNITS, newUnits: UNITS, requests: UNITS, metrics: { errors } };
    // The treatment fails always, which is in no series of control.
    const on = { ...off, metrics: { errors: { ...errors, events: UNITS } } };
    const sources = { app: { reports: 1, clockSkewMs: null, variants: { off, on } } };
    return { startMs, endMs: startMs + MINUTE_MS, coverage: 20_000, sources };
  });
  const record = { decidedAtMs: CUT_OFF_MS - 1, windowEndMs: windows.at(-1)!.endMs, decisionId: `${index}` };
  const observation = { windows, quarantinedSources: [] };
  return {
    definition,
    generation: 1,
    records: [{ ...record, observation } as unknown as DecisionRecord],
    labels: [],
    endedAtMs: CUT_OFF_MS - 1,
  };
}

/** Rates that only wander about a level. */
const steady = (count: number) =>
  Array.from({ length: count }, (_, index) => {
    const draws = seededDraws(1_000 + index);
    return recorded(index, () => -4 + 0.1 * draws.normal());
  });

/** A last ten minutes of history above the level are followed by a fall, those below it by nothing. */
const kinked = (count: number) =>
  Array.from({ length: count }, (_, index) => {
    const draws = seededDraws(5_000 + index);
    const raised = 0.4 * draws.normal();
    return recorded(index, (minute) => {
      const change = minute < 50 ? 0 : minute < 60 ? raised : -2 * Math.max(0, raised);
      return -4 + change + 0.1 * draws.normal();
    });
  });

const options: TrainingOptions = {
  run: { runId: 'one', kind: 'forecast', cutOffMs: CUT_OFF_MS },
  environment: 'production',
  settings: { ...RISK_FIT, batchSize: 256, epochs: 15 },
  members: 1,
  gate: {},
  codeVersion: 'test',
  libraryVersions: { tfjs: 'test' },
  signal: new AbortController().signal,
};

type Trained = Extract<TrainingOutcome, { outcome: 'trained' }>;
const checksOf = ({ checks }: Trained) => Object.fromEntries(checks.map(({ check, outcome }) => [check, outcome]));

describe('a training run for the forecaster', () => {
  const memory = new Memory(kinked(200));
  let outcome: Trained;
  beforeAll(async () => {
    outcome = (await runForecastTraining(memory, tools(), options)) as Trained;
  });

  it('registers a model that can be served, with a card that shows it beside its baselines', () => {
    const model = memory.models.get('forecast-one')!;
    expect(model).toMatchObject({ kind: 'forecast', environment: 'production' });
    expect(checkForecastArtefact(model.artefact).kind).toBe('usable');
    for (const name of ['network of quantiles', 'linear regression', 'robust level', 'robust seasonal'])
      expect(model.modelCard).toContain(`| ${name}`);
  });

  it('beats its baselines by more than the error bar where what follows is no straight line', () => {
    expect(checksOf(outcome)).toMatchObject({ beatsBaseline: 'passed', quantile: 'passed', champion: 'passed' });
  });

  it('learned from control alone', () => {
    const { predictor } = memory.models.get('forecast-one')!.artefact as unknown as ForecastArtefact;
    // Of a treatment that always fails the rate would be 1, and every score hundreds.
    expect(predictor.kind === 'network' && Math.max(...predictor.standardisation.mean.map(Math.abs))).toBeLessThan(20);
  });

  it('keeps robust scores as long as too few rollouts set its threshold', () => {
    expect(outcome.verdict).toBe('keep');
    expect(outcome.reasons).toEqual([expect.stringMatching(/^calibrationRuns: \d+, at least 49$/)]);
    expect(memory.moves).toEqual([]);
  });

  it('makes the same model again', async () => {
    const again = new Memory(kinked(200).toReversed());
    expect(await runForecastTraining(again, tools(), options)).toMatchObject({
      artefactSha256: outcome.artefactSha256,
    });
  });
});

describe('where nothing can be forecast', () => {
  it('the baseline stays, because the network does not beat it by more than the error bar', async () => {
    const memory = new Memory(steady(120));
    const outcome = (await runForecastTraining(memory, tools(), {
      ...options,
      settings: { ...options.settings!, epochs: 3 },
    })) as Trained;
    expect(checksOf(outcome)['beatsBaseline']).toBe('failed');
    expect([outcome.verdict, memory.moves]).toEqual(['keep', []]);
  });

  it('nothing is learned from rollouts of less than an hour', async () => {
    const short = steady(4);
    const refused = await runForecastTraining(new Memory(short), tools(), options);
    expect(refused).toMatchObject({ outcome: 'refused', reason: expect.stringContaining('an hour of history') });
  });
});

describe('the gate of forecasters', () => {
  const sound: ForecastEvidence = {
    artefactFault: null,
    artefactBytes: 10_000,
    heldOutRollouts: 40,
    bestBaseline: 'linear',
    gain: { value: 0.02, lower: 0.01, upper: 0.03 },
    aboveUpper: 0.05,
    calibrationRuns: { found: 60, needed: 49 },
    loss: 0.3,
    championLoss: 0.31,
  };

  it('lets one pass that beats its best baseline by more than the error bar', () => {
    expect(passForecastGate(sound)).toMatchObject({ verdict: 'promote', nextState: 'champion', reasons: [] });
    expect(passForecastGate({ ...sound, championLoss: null }).verdict).toBe('promote');
  });

  it.each<[string, Partial<ForecastEvidence>, string]>([
    ['an artefact that cannot be served', { artefactFault: 'NaN' }, 'usable'],
    ['a handful of rollouts held out', { heldOutRollouts: 19 }, 'heldOutRollouts'],
    ['a gain within the error bar', { gain: { value: 0.02, lower: -0.001, upper: 0.04 } }, 'beatsBaseline'],
    [
      'a gain that is no number',
      { gain: { value: Number.NaN, lower: Number.NaN, upper: Number.NaN } },
      'beatsBaseline',
    ],
    ['a quantile that is none', { aboveUpper: 0.2 }, 'quantile'],
    ['too few runs to calibrate with', { calibrationRuns: { found: 48, needed: 49 } }, 'calibrationRuns'],
    ['more loss than the champion', { championLoss: 0.29 }, 'champion'],
  ])('keeps what is in use for %s', (_, change, name) => {
    const { verdict, reasons } = passForecastGate({ ...sound, ...change });
    expect([verdict, reasons[0]?.split(':')[0]]).toEqual(['keep', name]);
  });
});
