import { type TrafficBand, trafficBandOf } from '../../models/index.ts';
import { labelWeights } from '../labels/index.ts';
import { type Digest, dataSetHash } from './data-set-hash.ts';
import { type DataSetRow, dataSetRow } from './data-set-row.ts';
import type { TimedVector } from './generation-vectors.ts';
import { type DataSetPart, partOf, type SplitShares } from './split-by-hash.ts';
import type { GenerationSummary } from './summarise-generation.ts';

/** A labelled generation with its rows. */
export interface DataSetRun {
  readonly runId: string;
  readonly rollout: string;
  /** Attribute that units are told apart by: the kind of traffic that errors are compared between. */
  readonly bucketBy: string;
  readonly isHarmful: boolean;
  /** undefined for a run of less than ten minutes. */
  readonly band: TrafficBand | undefined;
  readonly part: DataSetPart;
  /** 1/P(labelled). */
  readonly weight: number;
  readonly rows: readonly DataSetRow[];
}

/** What was known at a cut-off, in a form that models are fitted on. */
export interface DataSet {
  readonly runs: readonly DataSetRun[];
  readonly hash: string;
  readonly cutOffMs: number;
  /** Generations that were over and had minutes to look at, and those among them that nobody knows the truth of. */
  readonly finishedCount: number;
  readonly unknownCount: number;
}

/** A data set, or why there is none. */
export type DataSetResult =
  | { readonly kind: 'built'; readonly dataSet: DataSet }
  | { readonly kind: 'refused'; readonly reason: string };

/** How a data set is made. */
export interface DataSetOptions {
  readonly cutOffMs: number;
  readonly digest: Digest;
  readonly shares?: SplitShares;
}

/** A fifth to set thresholds by, a fifth to judge by. */
export const SHARES: SplitShares = { calibration: 0.2, heldOut: 0.2 };

/** The data set of generations that were over at the cut-off: the same for the same records and labels, in any order. */
export function buildDataSet(
  generations: readonly GenerationSummary[],
  { cutOffMs, digest, shares = SHARES }: DataSetOptions,
): DataSetResult {
  const finished = generations
    .filter(({ vectors }) => vectors.length > 0)
    .toSorted((a, b) => (a.runId < b.runId ? -1 : 1));
  const weights = labelWeights(
    finished.map(({ label, vectors }) => ({ isLabelled: label !== undefined, covariates: covariatesOf(vectors) })),
  );
  const runs = finished.flatMap(({ runId, rollout, bucketBy, vectors, label }, index): DataSetRun[] => {
    if (label === undefined) return [];
    const weight = weights[index]!;
    return [
      {
        runId,
        rollout,
        bucketBy,
        isHarmful: label.verdict === 'regressed',
        band: trafficBandOf(vectors.map(({ units }) => units)),
        part: partOf(rollout, shares, digest),
        weight,
        rows: vectors.map((vector) => dataSetRow(vector, { runId, label, weight })),
      },
    ];
  });
  const reason = faultOf(runs, finished.length);
  if (reason !== undefined) return { kind: 'refused', reason };
  const hash = dataSetHash(
    runs.flatMap(({ rows }) => rows),
    digest,
  );
  const unknownCount = finished.length - runs.length;
  return { kind: 'built', dataSet: { runs, hash, cutOffMs, finishedCount: finished.length, unknownCount } };
}

/** The rows of one part. */
export function rowsIn({ runs }: Pick<DataSet, 'runs'>, part: DataSetPart): readonly DataSetRow[] {
  return runs.filter((run) => run.part === part).flatMap(({ rows }) => rows);
}

/** What is known of every generation, whether or not somebody says how it ended: how much was seen, and for how long. */
function covariatesOf(vectors: readonly TimedVector[]): readonly number[] {
  const units = vectors.reduce((sum, vector) => sum + vector.units, 0);
  return [Math.log1p(units), Math.log1p(vectors.length)];
}

function faultOf(runs: readonly DataSetRun[], finished: number): string | undefined {
  if (runs.length === 0)
    return `There is nothing to learn from: of ${finished} finished generations none has a label that says healthy or regressed.`;
  const harmful = runs.filter(({ isHarmful }) => isHarmful).length;
  if (harmful > 0 && harmful < runs.length) return undefined;
  const only = harmful === 0 ? 'healthy' : 'regressed';
  return `Nothing can be told apart: all ${runs.length} labelled generations are ${only}.`;
}
