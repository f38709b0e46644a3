import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { EffectDistribution } from '../domain/index.ts';
import {
  type EffectEstimate,
  type EffectSpread,
  earlyEffect,
  fitEffectSpread,
  SHIPPED_PRIORS,
  withoutOutliers,
} from '../models/index.ts';
import { seededDraws } from '../simulation/draws.ts';
import { type EffectStream, effectStreams } from './priors-data.ts';

// What a prior does for the early estimate of an effect, on real experiments and on simulated ones.
//   node --import tsx bench/priors.ts [--experiments FILE/asos.csv] [--seed N]
const { values } = parseArgs({ options: { experiments: { type: 'string' }, seed: { type: 'string', default: '1' } } });
const PARTS_OF_RUN = [0.05, 0.1, 0.25, 0.5];

if (values.experiments === undefined || !existsSync(values.experiments)) {
  console.log('real experiments: skipped, no such file (name it: --experiments FILE)');
} else {
  const streams = effectStreams(readFileSync(values.experiments, 'utf8'));
  console.log(
    'real experiments (ASOS Digital Experiments Dataset, Liu et al. 2021, CC BY 4.0); target: the final estimate',
  );
  for (const metric of [...new Set(streams.map((stream) => stream.metric))].sort()) {
    table(
      `metric ${metric}`,
      streams.filter((stream) => stream.metric === metric),
    );
  }
}
console.log(
  'simulated: 400 experiments of 40 looks, true effects t₄ · 0.007, final standard error 0.003; target: the truth',
);
table('simulated', simulatedStreams(400, 40));

/** Errors of the raw estimate, with the prior fitted on all other experiments, and with the shipped one. */
function table(title: string, streams: readonly (EffectStream & { truth?: number })[]): void {
  const fitted = new Map(
    [...new Set(streams.map(({ experiment }) => experiment))].map((left) => [left, spreadWithout(left, streams)]),
  );
  const taus = [...fitted.values()].map(({ sd }) => sd).sort((a, b) => a - b);
  console.log(`\n${title}: ${streams.length} streams, fitted τ ${taus[0]!.toFixed(4)} to ${taus.at(-1)!.toFixed(4)}`);
  console.log(
    'part of run | RMSE raw, fitted, shipped | MAE raw, fitted, shipped | 95 % covers: raw, fitted, shipped, normal',
  );
  for (const part of PARTS_OF_RUN) {
    const rows = streams.map((stream) => {
      const early = lookAt(stream, part);
      const final = stream.looks.at(-1)!;
      const target = stream.truth ?? final.effect;
      const z = 1.959964 * early.standardError;
      const raw = { mean: early.effect, lower: early.effect - z, upper: early.effect + z };
      const spread = fitted.get(stream.experiment)!;
      const estimates = [
        raw,
        earlyEffect(heavyTailed(spread), early, 0.95),
        earlyEffect(SHIPPED_PRIORS.effects.business, early, 0.95),
        earlyEffect(normal(spread), early, 0.95),
      ];
      return estimates.map(({ mean, lower, upper }) => ({
        error: mean - target,
        covers: lower <= target && target <= upper,
      }));
    });
    const column = (i: number) => rows.map((row) => row[i]!);
    const mean = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0) / numbers.length;
    const rmse = [0, 1, 2].map((i) => Math.sqrt(mean(column(i).map(({ error }) => error ** 2))).toFixed(4));
    const mae = [0, 1, 2].map((i) => mean(column(i).map(({ error }) => Math.abs(error))).toFixed(4));
    const covered = [0, 1, 2, 3].map(
      (i) => `${(100 * mean(column(i).map(({ covers }) => (covers ? 1 : 0)))).toFixed(0)}`,
    );
    console.log(`${(100 * part).toFixed(0)} % | ${rmse.join(', ')} | ${mae.join(', ')} | ${covered.join(', ')}`);
  }
}

function spreadWithout(experiment: string, streams: readonly EffectStream[]): EffectSpread {
  const others = streams.filter((stream) => stream.experiment !== experiment).map(({ looks }) => looks.at(-1)!);
  return fitEffectSpread(withoutOutliers(others))!;
}

/** The first look at or after this part of the run. */
function lookAt({ looks }: EffectStream, part: number): EffectEstimate {
  return looks.find(({ days }) => days >= part * looks.at(-1)!.days)!;
}

function heavyTailed({ mean, sd }: EffectSpread): EffectDistribution {
  const part = { shape: 'student', share: 1, location: mean, scale: sd / Math.SQRT2, degrees: 4 } as const;
  return { measure: 'relativeEffect', parts: [part] };
}

function normal({ mean, sd }: EffectSpread): EffectDistribution {
  return { measure: 'relativeEffect', parts: [{ shape: 'normal', share: 1, location: mean, scale: sd }] };
}

function simulatedStreams(count: number, lookCount: number): readonly (EffectStream & { truth: number })[] {
  const draws = seededDraws(Number(values.seed), 1);
  return Array.from({ length: count }, (_, index) => {
    const truth = (0.007 * draws.normal()) / Math.sqrt(draws.gamma(2) / 2);
    let noise = 0;
    const looks = Array.from({ length: lookCount }, (_unused, look) => {
      noise += draws.normal();
      const standardError = (0.003 * Math.sqrt(lookCount)) / Math.sqrt(look + 1);
      return { days: look + 1, standardError, effect: truth + (standardError * noise) / Math.sqrt(look + 1) };
    });
    return { experiment: `simulated-${index}`, metric: 'simulated', looks, truth };
  });
}
