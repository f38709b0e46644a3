import type { MetricName } from './metrics.ts';

/** How a figure is shown, and what it means. */
export interface MetricLabel {
  readonly heading: string;
  readonly unit: '' | '%' | 'h' | 'min';
  readonly digits: number;
  readonly better: 'lower' | 'higher' | 'neither';
  readonly meaning: string;
}

/** The labels of all figures. */
export const METRIC_LABELS: Readonly<Record<MetricName, MetricLabel>> = {
  loss: {
    heading: 'Loss',
    unit: '',
    digits: 1,
    better: 'lower',
    meaning:
      'A quarter of the mean cost of harmful runs and three quarters of that of benign ones. A harmful run costs 100 × its harm, at most 100. A benign one costs 28 if it was rolled back, otherwise 4 per hour until coverage reached 95 %, and per hour that it went back below, 48 if it never got there within 12 hours. A policy that knows the world pays nothing, so this is the regret as well.',
  },
  falseRollbacks: {
    heading: 'False rollbacks',
    unit: '%',
    digits: 1,
    better: 'lower',
    meaning: 'Benign runs that were rolled back. Exact interval (Clopper and Pearson).',
  },
  misses: {
    heading: 'Missed',
    unit: '%',
    digits: 1,
    better: 'lower',
    meaning:
      'Harmful runs whose harm reached users and was never stopped: neither by a rollback nor by going back to a coverage at which the change does none. Exact interval (Clopper and Pearson).',
  },
  harm: {
    heading: 'Harm',
    unit: '',
    digits: 3,
    better: 'lower',
    meaning: 'Mean excess harm of harmful runs, as a multiple of that of full coverage from the first moment.',
  },
  segmentHarm: {
    heading: 'Worst segment',
    unit: '',
    digits: 2,
    better: 'lower',
    meaning: 'The same in the segment that had it worst.',
  },
  hoursTo95: {
    heading: 'To 95 %',
    unit: 'h',
    digits: 2,
    better: 'lower',
    meaning: 'Median time until coverage of benign runs reached 95 %; 12 hours for those that never did.',
  },
  delayMedian: {
    heading: 'Delay, median',
    unit: 'min',
    digits: 1,
    better: 'lower',
    meaning: 'From the first harm until it was stopped, over the runs in which it was: read it beside the misses.',
  },
  delayP90: {
    heading: 'Delay, 90th percentile',
    unit: 'min',
    digits: 1,
    better: 'lower',
    meaning: 'The delay that one in ten of those runs exceeds.',
  },
  steps: {
    heading: 'Steps',
    unit: '',
    digits: 1,
    better: 'neither',
    meaning: 'Mean number of changes of coverage in harmful and benign runs.',
  },
  reversals: {
    heading: 'Reversals',
    unit: '',
    digits: 2,
    better: 'lower',
    meaning: 'Mean number of steps down that were no rollback, in the same runs.',
  },
  faultsHandled: {
    heading: 'Faults handled',
    unit: '%',
    digits: 1,
    better: 'higher',
    meaning:
      'Runs with broken telemetry that were flagged within ten minutes, and neither ramped nor rolled back while it was broken. Exact interval (Clopper and Pearson).',
  },
};
