import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  backtestForecasters,
  type ForecastBacktest,
  type ForecastSeries,
  fitForecasters,
  forecastExamples,
  seededStream,
} from '../training/index.ts';
import { parseLabelledSeries } from './labelled-series.ts';

// Whether the network of quantiles forecasts real monitoring series better than its baselines: each series is forecast by
// what was fitted on series of the other folds.
//   node --import tsx bench/forecaster.ts --data FOLDER
// The folder is `data` of the Microsoft Cloud Monitoring Dataset (MIT), a folder for each group of series.
const { values } = parseArgs({ options: { data: { type: 'string' } } });
const FOLDS = 4;
const SEED = 1;

if (values.data === undefined || !existsSync(values.data)) {
  console.log('skipped: no folder of series (name it: --data FOLDER)');
} else {
  const series = readAll(values.data);
  console.log(`${series.length} series, ${FOLDS} folds; points that experts call anomalous are left out`);
  console.log('fold | series | steps | network | level | linear | seasonal | gain on the best of them, 95 % interval');
  for (let fold = 0; fold < FOLDS; fold += 1) {
    const [fitting, heldOut] = [false, true].map((isHeld) =>
      series.filter((_, index) => (index % FOLDS === fold) === isHeld).flatMap(forecastExamples),
    );
    const fitted = await fitForecasters(fitting!, { seed: SEED });
    show(fold + 1, backtestForecasters(fitted, heldOut!, seededStream(SEED, 'backtest').uniform));
  }
}

function show(fold: number, { rollouts, examples, losses, bestBaseline, gain }: ForecastBacktest): void {
  const short = (value: number) => value.toFixed(4);
  const { network, level, linear, seasonal } = losses;
  const gained = `${short(gain.value)} [${short(gain.lower)}, ${short(gain.upper)}] on ${bestBaseline}`;
  console.log([fold, rollouts, examples, ...[network, level, linear, seasonal].map(short), gained].join(' | '));
}

function readAll(folder: string): readonly ForecastSeries[] {
  const groups = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return groups.flatMap(({ name: group }) =>
    readdirSync(join(folder, group))
      .filter((file) => file.endsWith('.csv'))
      .sort()
      .map((file): ForecastSeries => {
        const { period, points } = parseLabelledSeries(readFileSync(join(folder, group, file), 'utf8'));
        const known = points.map(({ value, isPositive }) =>
          value === undefined || isPositive ? null : Math.log1p(value),
        );
        return { name: file, rollout: file, period, firstPhase: 0, values: known };
      }),
  );
}
