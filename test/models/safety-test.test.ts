import { describe, expect, it } from 'vitest';
import { addRateWindow, emptyRateEvidence, logEValue } from '../../models/index.ts';
import { safetyTest } from '../../models/safety-test.ts';
import golden from './golden.json' with { type: 'json' };
import { seededDraws } from './seeded-draws.ts';

const safe = safetyTest({ goodDirection: 'lower', margin: 0.5, eta: 1 });

describe('proof of safety', () => {
  it.each([
    { it: 'proven safe below 1.5', windows: golden.windows },
    { it: 'healthy windows, proven safe below 1.5', windows: golden.healthyWindows },
  ])('has the golden e-values: $it', ({ it: name, windows }) => {
    const { logE } = golden.logE.find((row) => row.it === name)!;
    let evidence = emptyRateEvidence(safe);
    windows.forEach(([nT, nC, xT, xC], t) => {
      evidence = addRateWindow(safe, evidence, { nT: nT!, nC: nC!, xT: xT!, xC: xC! });
      expect(logEValue(safe, evidence)).toBeCloseTo(logE[t]!, 9);
    });
  });

  it('looks for more events instead of fewer where events are good', () => {
    const test = safetyTest({ goodDirection: 'higher', margin: 0.1, eta: 1 });
    expect(test.r0).toBeCloseTo(0.9, 12);
    expect(test.r.every((r) => r > test.r0)).toBe(true);
    const evidence = addRateWindow(test, emptyRateEvidence(test), { nT: 50_000, nC: 50_000, xT: 2500, xC: 2500 });
    expect(logEValue(test, evidence)).toBeGreaterThan(Math.log(20));
  });

  it('is rarely given at the margin itself, and nearly always to a healthy rollout (α = 0.05, 400 rollouts)', () => {
    const atMargin = shareProven(1.5, 400);
    expect(atMargin).toBeGreaterThan(0.005);
    expect(atMargin).toBeLessThan(0.05);
    expect(shareProven(1, 100)).toBeGreaterThan(0.95);
  });
});

/** The share of 250-window rollouts that are ever proven safe below 1.5, at a true relative risk. */
function shareProven(r: number, rollouts: number): number {
  let proven = 0;
  for (let rollout = 0; rollout < rollouts; rollout += 1) {
    if (isEverProven(r, seededDraws(4000 + rollout))) proven += 1;
  }
  return proven / rollouts;
}

function isEverProven(r: number, draws: ReturnType<typeof seededDraws>): boolean {
  let evidence = emptyRateEvidence(safe);
  for (let t = 0; t < 250; t += 1) {
    const coverage = [0.01, 0.05, 0.1, 0.25, 0.5][Math.floor(t / 50)]!;
    const rate = 0.005 * (1 - 0.5 * Math.cos((2 * Math.PI * t) / 250));
    const [nT, nC] = [Math.round(1200 * coverage), Math.round(1200 * (1 - coverage))];
    const [xT, xC] = [draws.poisson(nT * rate * r), draws.poisson(nC * rate)];
    evidence = addRateWindow(safe, evidence, { nT: nT + xT, nC: nC + xC, xT, xC });
    if (logEValue(safe, evidence) >= Math.log(20)) return true;
  }
  return false;
}
