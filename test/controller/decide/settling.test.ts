import { describe, expect, it } from 'vitest';
import { decide, type Outcome } from '../../../controller/decide/index.ts';
import {
  type ClosedWindow,
  type MetricDefinition,
  NO_STEERING,
  type RolloutDefinition,
  type RolloutState,
} from '../../../domain/index.ts';
import {
  aRollout,
  codesOf,
  errors,
  fromOneSource,
  observationOf,
  revenue,
  START_MS,
  sales,
  variantsIn,
  WINDOW_MS,
} from './builders.ts';
import { always, aWatchedRollout, models, observationWith, served } from './learned/some-models.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const PER_MINUTE = MINUTE_MS / WINDOW_MS;

const settling = { ...revenue, settling: { withinMs: 30 * MINUTE_MS, upTo: 0.15 } };

const PLAN: Partial<RolloutDefinition> = { metrics: [settling], segments: [], patienceMs: 20 * MINUTE_MS };

const sold = (units: number, fall?: number) => ({
  units,
  newUnits: units,
  requests: units,
  metrics: { revenue: sales(units, fall) },
});

/** One window after another for each of the falls. */
const windowsOf = (falls: readonly number[], fromMs = 0, coverage = 50_000): readonly ClosedWindow[] =>
  falls.map((fall, index) => ({
    startMs: START_MS + fromMs + index * WINDOW_MS,
    endMs: START_MS + fromMs + (index + 1) * WINDOW_MS,
    coverage,
    ...fromOneSource({ new: sold(coverage / 10, fall), old: sold((100_000 - coverage) / 10) }),
  }));

const minutes = (count: number, fall: number) => Array.from({ length: count * PER_MINUTE }, () => fall);

const outcomeOf = (
  falls: readonly number[],
  plan: Partial<RolloutDefinition> = {},
  state: Partial<RolloutState> = {},
): Outcome => decide(observationOf(aRollout({ ...PLAN, ...plan }, { coverage: 50_000, ...state }), windowsOf(falls)));

const actionOf = ({ decision }: Outcome) => decision.action;

describe('revenue that is down soon after a raise', () => {
  it('takes a rollout back at once where it does not settle', () => {
    expect(codesOf(outcomeOf(minutes(20, 0.08), { metrics: [revenue] }))).toEqual(['guardrailBreach']);
  });

  it('holds while people may only be getting used to it, and says until when', () => {
    const { decision, assessment } = outcomeOf(minutes(29, 0.08));
    expect([decision.action, decision.reasons[0]!.code]).toEqual(['hold', 'settling']);
    expect(decision.reasons[0]!.message).toContain(
      `what they do from ${new Date(START_MS + 30 * MINUTE_MS).toISOString()} on`,
    );
    expect(decision.reasons[0]!.message).toContain('revenue: treatment "new" has a mean of');
    expect(assessment.treatments[0]!.guardrails[0]).toMatchObject({ settling: 'early', verdict: 'inconclusive' });
  });

  it('takes it back soon after that time if it lasts', () => {
    const falls = minutes(60, 0.08);
    const until = (count: number) => actionOf(outcomeOf(falls.slice(0, count * PER_MINUTE)));
    expect(until(30)).toBe('hold');
    const first = Array.from({ length: 30 }, (_, k) => 31 + k).find((minute) => until(minute) === 'rollback');
    expect(first).toBeLessThan(45);
  });

  it('goes on where it fades, though what was seen before has passed the line', () => {
    const faded = outcomeOf([...minutes(30, 0.08), ...minutes(30, 0)]);
    const [guardrail] = faded.assessment.treatments[0]!.guardrails;
    expect(guardrail).toMatchObject({ settling: 'faded', isUnsuspected: true });
    expect(guardrail!.evidence.log10).toBeGreaterThan(guardrail!.evidence.lineLog10);
    expect(faded.decision).toMatchObject({ action: 'ramp', coverage: 95_000 });
  });

  it('does not wait with more than may settle', () => {
    expect(codesOf(outcomeOf(minutes(20, 0.4)))).toEqual(['guardrailBreach']);
    const lenient = { ...revenue, settling: { withinMs: 30 * MINUTE_MS, upTo: 0.6 } };
    expect(codesOf(outcomeOf(minutes(20, 0.4), { metrics: [lenient] }))[0]).toBe('settling');
  });

  it('decides the same whether windows come one by one or together', () => {
    const windows = windowsOf([...minutes(30, 0.08), ...minutes(5, 0), ...minutes(10, 0.08)]);
    const rollout = aRollout(PLAN, { coverage: 50_000 });
    const together = decide(observationOf(rollout, windows));
    const single = windows.reduce<Outcome['evidence'] | null>((evidence, window) => {
      const observation = observationOf(rollout, [window]);
      return decide({ ...observation, evidence }).evidence;
    }, null);
    expect(single).toEqual(together.evidence);
  });
});

describe('a raise after it has faded', () => {
  const half = outcomeOf([...minutes(30, 0.08), ...minutes(30, 0)]);
  const raised = (falls: readonly number[], isLook = false) => {
    const state = { coverage: 95_000, coverageSinceMs: START_MS + HOUR_MS };
    const windows = windowsOf(falls, HOUR_MS, 95_000);
    const rollout = aRollout({ ...PLAN, bakeMs: 24 * HOUR_MS }, state);
    const stage = { ...half.evidence.stage, ...(isLook ? { coverage: 99_000 } : {}) };
    return decide({ ...observationOf(rollout, windows), evidence: { ...half.evidence, stage } });
  };

  it('gives them the same time again', () => {
    expect(codesOf(raised(minutes(29, 0.08)))[0]).toBe('settling');
    expect(actionOf(raised(minutes(50, 0.08)))).toBe('rollback');
    expect(codesOf(raised([...minutes(30, 0.08), ...minutes(40, 0)]))).toEqual(['baking']);
  });

  it('gives them none where coverage went down', () => {
    expect(actionOf(raised(minutes(29, 0.08), true))).toBe('rollback');
  });
});

it('is not waited for where a person has the metric ignored', () => {
  const override = { metric: 'revenue', owner: 'ada', reason: '', untilMs: START_MS + 9 * HOUR_MS };
  const steering = { ...NO_STEERING, overrides: [override] };
  expect(codesOf(outcomeOf(minutes(20, 0.08), {}, { steering }))).not.toContain('settling');
});

it('supports no alarm of the risk model while it is waited for', () => {
  const alarming = models(served(always(4)));
  const windows = windowsOf(minutes(20, 0.08)).map((window) => {
    const variants = Object.entries(variantsIn(window)).map(([variant, shown]) => {
      const failed = { kind: 'rate', exposures: shown.units, events: shown.units / 100 } as const;
      return [variant, { ...shown, metrics: { ...shown.metrics, errors: failed } }];
    });
    return { ...window, ...fromOneSource(Object.fromEntries(variants)) };
  });
  const codes = (value: MetricDefinition) => {
    const rollout = aWatchedRollout({ ...PLAN, alpha: 1e-60, metrics: [errors, value] }, { coverage: 50_000 });
    return codesOf(decide(observationWith(alarming, rollout, windows), alarming));
  };
  expect(codes(revenue)).toContain('riskAlarm');
  expect(codes(settling)).toContain('riskSuspicion');
});
