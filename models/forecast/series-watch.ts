import {
  addPValue,
  type BettingEvidence,
  conformalPValue,
  EMPTY_BETTING_EVIDENCE,
  logMartingale,
} from './betting-martingale.ts';
import { fitAutocorrelation, whitened } from './whitening.ts';

/** What was learned from undisturbed runs, and is frozen before a watch starts; plain JSON. */
export interface WatchModel {
  /** φ of neighbouring residuals. */
  readonly phi: number;
  /** Whitened residuals of undisturbed runs, ascending. */
  readonly calibration: readonly number[];
  /** ln M from which a run is called disturbed; null where calibration had too few runs to allow any alarm. */
  readonly logThreshold: number | null;
}

/** What is remembered of one run; plain JSON. */
export interface SeriesWatch {
  readonly before?: number;
  readonly evidence: BettingEvidence;
  /** Largest ln M so far. */
  readonly peak: number;
}

/** The state before the first residual. */
export const EMPTY_SERIES_WATCH: SeriesWatch = { evidence: EMPTY_BETTING_EVIDENCE, peak: 0 };

/**
 * Learns to watch for residuals that are too large, from standardised residuals of undisturbed runs of equal length.
 *
 * Every other run gives φ and the calibration residuals, the others the threshold: the k-th smallest of their largest ln M,
 * k = ⌈(N + 1)(1 − α)⌉ (split conformal: Lei et al., JASA 2018), so that a new run like them rings with probability α at
 * most. 1/α would be no threshold: residuals are not independent even when whitened. For residuals that are too small,
 * turn all signs round.
 */
export function fitWatch(runs: readonly (readonly number[])[], alpha: number): WatchModel {
  const [learning, calibrating] = [0, 1].map((rest) => runs.filter((_, i) => i % 2 === rest));
  const phi = fitAutocorrelation(learning!);
  const calibration = learning!.flatMap((run) => run.map((u, i) => whitened(phi, u, run[i - 1])));
  calibration.sort((a, b) => a - b);
  const model = { phi, calibration, logThreshold: null };
  const peaks = calibrating!.map(
    (run) => run.reduce((watch, u) => stepWatch(model, watch, u), EMPTY_SERIES_WATCH).peak,
  );
  const k = Math.ceil((peaks.length + 1) * (1 - alpha));
  return { ...model, logThreshold: peaks.sort((a, b) => a - b)[k - 1] ?? null };
}

/** Adds one residual of a run. */
export function stepWatch(model: WatchModel, watch: SeriesWatch, residual: number): SeriesWatch {
  const pValue = conformalPValue(model.calibration, whitened(model.phi, residual, watch.before));
  const evidence = addPValue(watch.evidence, pValue);
  return { before: residual, evidence, peak: Math.max(watch.peak, logMartingale(evidence)) };
}

/** Whether the run was ever called disturbed. */
export function isDisturbed({ logThreshold }: WatchModel, { peak }: SeriesWatch): boolean {
  return logThreshold !== null && peak > logThreshold;
}
