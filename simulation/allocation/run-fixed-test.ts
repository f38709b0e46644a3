import { SHARE_TOTAL } from '../../domain/index.ts';
import { seededDraws } from '../draws.ts';
import { START_MS } from '../rollouts.ts';
import { ALLOCATION_BASE, bestOf, mostPurchases } from './allocation-world.ts';
import { drawWindow } from './draw-window.ts';
import type { AllocationRun } from './run-allocation.ts';

/** What a test of equal shares over all of full coverage loses, that ships the winner to everybody after so many minutes. */
export function runFixedTest(run: Omit<AllocationRun, 'mode'> & { readonly testMinutes: number }) {
  const { world, seed, unitsPerMinute, minutes, testMinutes } = run;
  const draws = seededDraws(seed, 2);
  const count = world.treatments.length;
  const treatments = world.treatments.map(() => Math.floor(90_000 / count));
  const intended = { treatments, control: SHARE_TOTAL - treatments.reduce((sum, share) => sum + share, 0) };
  const most = mostPurchases(world);
  const bought = world.treatments.map(() => ({ n: 0, x: 0 }));
  let [lost, treated] = [0, 0];
  for (let minute = 0; minute < minutes; minute += 1) {
    const winner = bought.reduce((best, { x, n }, k) => (x / n > bought[best]!.x / bought[best]!.n ? k : best), 0);
    const shares =
      minute < testMinutes
        ? intended
        : { treatments: treatments.map((_, k) => (k === winner ? 90_000 : 0)), control: 10_000 };
    const at = { startMs: START_MS + minute * 60_000, minute, unitsPerMinute, coverage: 90_000, intended: shares };
    const { variants } = drawWindow(world, at, draws).sources['app']!;
    for (const [k, { variant, purchases }] of world.treatments.entries()) {
      const shown = variants[variant]!;
      const purchased = shown.metrics['purchases']!;
      bought[k] = {
        n: bought[k]!.n + shown.units,
        x: bought[k]!.x + (purchased.kind === 'rate' ? purchased.events : 0),
      };
      treated += shown.units;
      lost += shown.units * ALLOCATION_BASE.purchases * Math.max(0, most - purchases);
    }
  }
  const winner = bought.reduce((best, { x, n }, k) => (x / n > bought[best]!.x / bought[best]!.n ? k : best), 0);
  return { lost, treated, isBestFound: world.treatments[winner]!.variant === bestOf(world) };
}
