import { describe, expect, it } from 'vitest';
import { seededDraws } from '../../simulation/draws.ts';
import { parseExperiments, parseTrace, sharedData } from '../../simulation/index.ts';
import { type ExperimentSeries, resplit } from '../../simulation/resplit.ts';
import { START_MS } from '../../simulation/rollouts.ts';
import { rhythmFrom } from '../../simulation/traces.ts';

describe('a trace', () => {
  const lines = [
    'TimeStamp,Value,Label',
    '"2018-04-25T00:00:00Z","10","0"',
    '2018-04-25 01:00:00,20,0',
    '2018-04-25 02:00:00,,0',
    '2018-04-25 03:00:00,99,1',
    '2018-04-25 03:00:00,30,0',
    '2018-04-25 04:00:00,0,0',
  ];

  it('becomes factors on its median, without empty rows, and of repeated times the last', () => {
    expect(parseTrace(lines.join('\n'))).toEqual({ minutesPerRow: 60, factors: [0.5, 1, 1.5, 0] });
  });

  it('is read between its rows by straight lines, inside its limits', () => {
    const trace = { minutesPerRow: 60, factors: [1, 3, 100, 0, 0] };
    const traces = { load: [trace], errors: [trace], slowness: [trace] };
    const rhythm = rhythmFrom(traces, 180, seededDraws(1, 1));
    expect([0, 30, 60, 120, 180].map(rhythm.load)).toEqual([1, 2, 3, 6, 0.05]);
    expect(rhythm.errors(120)).toBe(8);
    expect(rhythm.slowness(120)).toBeCloseTo(4, 1);
  });
});

describe('a real experiment', () => {
  const header =
    'experiment_id,variant_id,metric_id,time_since_start,count_c,count_t,mean_c,mean_t,variance_c,variance_t';
  const row = (metric: number, day: number, mean: number, variance: number | string) =>
    `e1,1,${metric},${day},${100 * day},${200 * day},${mean},${mean},${variance},${variance}`;
  const csv = [
    header,
    ...[1, 2, 3, 4, 5, 6, 7].map((day) => row(1, day, 0.1, 0.0901)),
    ...[7, 6, 5, 4, 3, 2, 1].map((day) => row(4, day, 5, day === 4 ? '' : 2)),
    row(2, 1, 1, 1),
  ].join('\n');

  it('becomes what was added from look to look, in the order of time', () => {
    const [rates, values, ...others] = parseExperiments(csv);
    expect(others).toEqual([]);
    expect(rates).toMatchObject({ kind: 'rate' });
    expect(rates!.steps).toHaveLength(6);
    expect(rates!.steps[0]).toMatchObject({ nT: 200, nC: 100, sum: 30 });
    // The row without a variance is left out, and its neighbours become one step.
    expect(values!.steps.map(({ nC }) => nC)).toEqual([100, 100, 200, 100, 100]);
  });

  it('divided at random has the same totals and no effect', () => {
    const series: ExperimentSeries = {
      kind: 'rate',
      steps: Array.from({ length: 400 }, () => ({ nT: 300, nC: 100, sum: 40, sumOfSquares: 40 })),
    };
    const { draw, minutes } = resplit(series, seededDraws(2, 3));
    const events = Array.from({ length: minutes }, (_, minute) => {
      const { variants } = draw({ startMs: START_MS + minute * 60_000, minute, coverage: 50_000 }).sources['app']!;
      const [treatment, control] = [variants['new']!.metrics['purchases']!, variants['old']!.metrics['purchases']!];
      if (treatment.kind !== 'rate' || control.kind !== 'rate') throw new Error('not a rate');
      expect(treatment.events + control.events).toBe(40);
      return treatment.events;
    });
    // Hypergeometric: mean 30 and variance 40 · ¾ · ¼ · 360/399 a step, so 12 000 ± 52 in all.
    const total = events.reduce((sum, count) => sum + count, 0);
    expect(Math.abs(total - 12_000)).toBeLessThan(5 * 52);
  });

  it('without a folder there is nothing to run, and no failure', () => {
    expect(sharedData(undefined).cells).toEqual([]);
  });
});
