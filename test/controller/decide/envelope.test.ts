import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../controller/decide/index.ts';
import { aRollout, decideAfter, someWindows, type WindowsOf } from './builders.ts';

/** Both sides failing for one unit in a hundred, split as intended. */
const healthyAt = (coverage: number) => ({
  new: { units: coverage / 25, errors: coverage / 2_500 },
  old: { units: 4_000 - coverage / 25, errors: 40 - coverage / 2_500 },
});

const decidedAt = (
  definition: Parameters<typeof aRollout>[0],
  minutes: number,
  coverage = 20_000,
  variants: WindowsOf['variants'] = healthyAt(coverage),
) => decideAfter(aRollout(definition, { coverage }), someWindows({ count: minutes * 6, coverage, variants }));

const named = ({ assessment }: Outcome) =>
  assessment.envelope.actions.map(
    ({ action, coverage, refusedBy }) => `${action} ${coverage}: ${refusedBy.join(', ') || 'permitted'}`,
  );

describe('the envelope', () => {
  it('permits to hold, part of a stage, and the next one, when every gate is passed', () => {
    const outcome = decidedAt({}, 10);
    expect(named(outcome)).toEqual(['hold 20000: permitted', 'ramp 31623: permitted', 'ramp 50000: permitted']);
    expect(outcome.assessment.envelope).toMatchObject({ scheduledCoverage: 50_000, reasons: [] });
    expect(outcome.decision).toMatchObject({ action: 'ramp', coverage: 50_000 });
  });

  it('lets one stage be skipped below one half, no further than one move may go', () => {
    const outcome = decidedAt({ maxStepFactor: 6 }, 10, 1_000);
    expect(named(outcome)).toEqual([
      'hold 1000: permitted',
      'ramp 2237: permitted',
      'ramp 5000: permitted',
      'ramp 6000: permitted',
      'ramp 20000: largestStep',
    ]);
    expect(outcome.assessment.envelope.reasons).toEqual([
      {
        code: 'largestStep',
        message: '20 % is too far for one move, which may multiply coverage by 6 at most',
        releasedBy: 'a move to 6 % or less first',
      },
    ]);
  });

  it('refuses every ramp while the stage lasts, and says what would permit it', () => {
    const outcome = decidedAt({}, 2);
    expect(named(outcome)).toEqual(['hold 20000: permitted', 'ramp 31623: dwell', 'ramp 50000: dwell']);
    expect(outcome.assessment.envelope.reasons.map(({ releasedBy }) => releasedBy)).toEqual(['3 min more']);
    expect(outcome.assessment.envelope.scheduledCoverage).toBe(20_000);
  });

  it('goes beyond one half only where the treatment is shown not to be inferior', () => {
    expect(named(decidedAt({}, 10, 50_000)).at(-1)).toBe('ramp 95000: permitted');
    const few = { units: 5, errors: 1 };
    const unsure = decidedAt({ nonInferiorityMargin: 0.01 }, 10, 50_000, { new: few, old: few });
    expect(named(unsure).at(-1)).toContain('notYetNonInferior');
    expect(unsure.decision.action).toBe('hold');
  });

  it('has nothing to choose from after a breach', () => {
    const outcome = decidedAt({}, 10, 20_000, { new: { units: 200, errors: 60 }, old: { units: 800, errors: 8 } });
    expect(outcome.decision.action).toBe('rollback');
    expect(named(outcome)).toEqual(['rollback 0: permitted']);
  });

  it('contains whatever the schedule does', () => {
    const coverages = fc.constantFrom(1_000, 3_000, 20_000, 50_000, 95_000);
    const situations = fc.record({
      coverage: coverages,
      minutes: fc.integer({ min: 1, max: 14 }),
      maxStepFactor: fc.constantFrom(1.1, 2, 6),
      badEvents: fc.constantFrom(null, 5, 500),
    });
    const seen = new Set<string>();
    fc.assert(
      fc.property(situations, ({ coverage, minutes, maxStepFactor, badEvents }) => {
        const riskBudget = badEvents === null ? null : { metric: 'errors', badEvents };
        const { decision, assessment } = decidedAt({ maxStepFactor, riskBudget }, minutes, coverage);
        seen.add(decision.action);
        const { envelope } = assessment;
        expect(envelope.actions.filter(({ isPermitted }) => isPermitted)).toContainEqual({
          action: decision.action,
          coverage: decision.coverage,
          isPermitted: true,
          refusedBy: [],
        });
        if (decision.action !== 'complete') expect(envelope.scheduledCoverage).toBe(decision.coverage);
      }),
      { seed: 7, numRuns: 100 },
    );
    expect(seen).toContain('ramp');
    expect(seen).toContain('hold');
  });
});
