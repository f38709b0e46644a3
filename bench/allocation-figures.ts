import { clusterBootstrap, decisionDraws } from '../models/index.ts';
import { shareInterval } from '../simulation/index.ts';

const RESAMPLES = 1_000;

/** What a run lost, and over how many units. */
export interface Lost {
  readonly lost: number;
  readonly treated: number;
}

/** A share of runs with its 95 % interval. */
export function inShare(hits: number, runs: number): string {
  const { share, lower, upper } = shareInterval(hits, runs);
  return `${share.toFixed(3)} [${lower.toFixed(3)}, ${upper.toFixed(3)}]`;
}

/** Purchases lost per 1 000 treated units, with a 95 % interval over runs. */
export function meanOf(runs: readonly Lost[]): string {
  return withInterval(runs.map(perThousand));
}

/** How much less that is than in other runs of the same seeds. */
export function differenceOf(runs: readonly Lost[], others: readonly Lost[]): string {
  return withInterval(runs.map((run, index) => perThousand(others[index]!) - perThousand(run)));
}

function perThousand({ lost, treated }: Lost): number {
  return (1_000 * lost) / treated;
}

function withInterval(numbers: readonly number[]): string {
  const options = { replicates: RESAMPLES, level: 0.95, uniform: decisionDraws(1).uniform };
  const clusters = numbers.map((number) => [number]);
  const { lower, upper } = clusterBootstrap(clusters, mean, options);
  return `${mean(numbers).toFixed(2)} [${lower.toFixed(2)}, ${upper.toFixed(2)}]`;
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
