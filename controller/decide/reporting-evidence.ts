import type { SummedWindow } from './sum-sources.ts';

/** How well the sources report; plain JSON. */
export interface ReportingEvidence {
  /** Reports a window, fading with a time constant of ten minutes; null before the first window. */
  readonly usual: number | null;
  /** Reports of the newest windows, not yet part of what is usual; oldest first. */
  readonly newest: readonly number[];
  /** The worst clock in the newest window; null when no source tells its time. */
  readonly clockSkew: SummedWindow['clockSkew'];
}

/** Windows that are judged together as "now". */
const NEWEST_WINDOWS = 3;

/** A fleet that shrank on purpose is usual again after this time. */
const MEMORY_MS = 600_000;

/** The state before the first window. */
export const EMPTY_REPORTING: ReportingEvidence = { usual: null, newest: [], clockSkew: null };

/** Adds one closed window. */
export function addReportingWindow(
  { usual, newest }: ReportingEvidence,
  { reports, clockSkew, startMs, endMs }: SummedWindow,
): ReportingEvidence {
  const [leaving, ...staying] = [...newest, reports];
  if (staying.length < NEWEST_WINDOWS) return { usual, newest: [...newest, reports], clockSkew };
  const fading = Math.exp(-(endMs - startMs) / MEMORY_MS);
  return { usual: usual === null ? leaving! : usual * fading + leaving! * (1 - fading), newest: staying, clockSkew };
}

/** Share of the usual reports that are missing now, in [0, 1]; 0 while nothing is usual yet. */
export function missingShare({ usual, newest }: ReportingEvidence): number {
  if (usual === null || usual === 0) return 0;
  const now = newest.reduce((sum, reports) => sum + reports, 0) / newest.length;
  return Math.max(0, 1 - now / usual);
}
