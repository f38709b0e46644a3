import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { emptySeasonalBaseline, stepBaseline } from '../models/index.ts';
import { averagePrecision, type EventRecall, eventRecall, type Scored, volumeUnderPr } from '../training/index.ts';
import { type LabelledSeries, parseLabelledSeries } from './labelled-series.ts';

// How well the seasonal baseline finds what experts labelled in monitoring series, each value judged before it is learned.
//   node --import tsx bench/forecast.ts --data FOLDER [--trend off]
// The folder is `data` of the Microsoft Cloud Monitoring Dataset (MIT), a folder for each group of series.
const { values } = parseArgs({ options: { data: { type: 'string' }, trend: { type: 'string', default: 'on' } } });
const DAYS_PER_WEEK = 7;

if (values.data === undefined || !existsSync(values.data)) {
  console.log('skipped: no folder of series (name it: --data FOLDER)');
} else {
  console.log('AUPRC and VUS-PR: mean over labelled series; events found with so many false alarms in brackets');
  console.log(
    'group | labelled series | base rate | AUPRC | of all together | VUS-PR | 1 a week and series | 1 a week and group',
  );
  for (const group of readdirSync(values.data, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
    report(group.name, join(values.data, group.name));
  }
}

function report(group: string, folder: string): void {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.csv'))
    .sort();
  const series = files.map((file) => parseLabelledSeries(readFileSync(join(folder, file), 'utf8')));
  const scored = series.map(scoresOf);
  const labelled = scored.map(heard).filter((points) => points.some(({ isPositive }) => isPositive));
  const volumes = series
    .map(({ period }, i) => volumeUnderPr(scored[i]!.slice(2 * period), period))
    .filter((volume) => !Number.isNaN(volume));
  const weeks = series.map(({ period, points }) => points.length / period / DAYS_PER_WEEK);
  const late = series.map(({ period }, i) => scored[i]!.slice(2 * period));
  const ofEach = late.map((points, i) => eventRecall([points], Math.round(weeks[i]!)));
  const ofAll = eventRecall(late, Math.round(Math.max(...weeks)));
  const found = (recalls: readonly EventRecall[]) => {
    const sumOf = (key: 'found' | 'events' | 'falseAlarms') => recalls.reduce((sum, recall) => sum + recall[key], 0);
    return `${sumOf('found')} of ${sumOf('events')} (${sumOf('falseAlarms')})`;
  };
  const columns = [
    group,
    labelled.length,
    mean(labelled.map((points) => points.filter(({ isPositive }) => isPositive).length / points.length)).toFixed(3),
    mean(labelled.map(averagePrecision)).toFixed(3),
    averagePrecision(scored.flatMap(heard)).toFixed(3),
    mean(volumes).toFixed(3),
    found(ofEach),
    found([ofAll]),
  ];
  console.log(columns.join(' | '));
}

/** Size of the residual, whichever side it is on. */
function scoresOf({ period, points }: LabelledSeries): readonly Scored[] {
  let baseline = emptySeasonalBaseline(period);
  return points.map(({ value, isPositive }) => {
    const step = stepBaseline(values.trend === 'off' ? { ...baseline, trend: 0 } : baseline, value);
    baseline = step.baseline;
    return { score: step.residual === undefined ? Number.NEGATIVE_INFINITY : Math.abs(step.residual), isPositive };
  });
}

function heard(points: readonly Scored[]): readonly Scored[] {
  return points.filter(({ score }) => score > Number.NEGATIVE_INFINITY);
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
