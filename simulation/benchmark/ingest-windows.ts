import type { PolicyWindow } from '../policies/policy.ts';

/** A window as accepted: what its reports say together. */
export interface AcceptedWindow {
  readonly window: PolicyWindow;
  readonly reports: readonly PolicyWindow[];
  /** Least by which the sender's clock is ahead, as its newest windows show; null when none is from the future. */
  readonly clockSkewMs: number | null;
}

/** What became of the windows that one pass is about. */
export interface Closed {
  readonly closedThroughMs: number;
  /** Closed since the last time, by start and coverage. */
  readonly windows: readonly AcceptedWindow[];
  /** Share of the newest reports that came after their window had closed. */
  readonly lateShare: number;
}

/** When windows close, as the controller's storage decides it. */
export interface ClosingRules {
  readonly windowMs: number;
  readonly attributionMs: number;
}

/** The intake of one rollout: accepts windows as they come, and closes them behind a watermark. */
export interface Intake {
  accept(window: PolicyWindow, nowMs: number): void;
  close(nowMs: number): Closed;
}

/** A report as it came. */
interface Received {
  readonly window: PolicyWindow;
  readonly endMs: number;
  readonly isLate: boolean;
  /** By how much it ended after it came. */
  readonly aheadMs: number;
}

/** Windows that may still be on their way when the newest has come, as for the controller. */
const ALLOWED_LATENESS_WINDOWS = 2;

/** So many windows say how many reports come too late, as for the controller. */
const LATE_SHARE_WINDOWS = 30;

/** An intake before its first window; what was closed stays closed, and what comes for it later is late. */
export function openIntake({ windowMs, attributionMs }: ClosingRules): Intake {
  const open = new Map<string, AcceptedWindow>();
  let recent: readonly Received[] = [];
  let closedThroughMs = 0;
  return {
    accept: (window, nowMs) => {
      if (recent.some((known) => isRepeated(known.window, window))) return;
      const isLate = window.endMs <= closedThroughMs;
      recent = [...recent, { window, endMs: window.endMs, isLate, aheadMs: window.endMs - nowMs }];
      if (isLate) return;
      const key = `${window.startMs} ${window.coverage}`;
      const reports = [...(open.get(key)?.reports ?? []), window];
      const aheadMs = Math.max(...recent.map((received) => received.aheadMs));
      open.set(key, { window, reports, clockSkewMs: aheadMs > 0 ? aheadMs : null });
    },
    close: (nowMs) => {
      const newestMs = Math.max(...[...open.values()].map(({ window }) => window.endMs));
      const reachMs = Math.min(newestMs - ALLOWED_LATENESS_WINDOWS * windowMs, nowMs - attributionMs);
      const due = [...open].filter(([, { window }]) => window.endMs <= reachMs);
      for (const [key] of due) open.delete(key);
      const windows = due.map(([, window]) => window).sort((a, b) => inOrder(a.window, b.window));
      closedThroughMs = Math.max(closedThroughMs, ...windows.map(({ window }) => window.endMs));
      recent = recent.filter(({ endMs }) => endMs > closedThroughMs - LATE_SHARE_WINDOWS * windowMs);
      return {
        closedThroughMs,
        windows,
        lateShare: lateShareOf(recent.filter(({ endMs }) => endMs <= closedThroughMs)),
      };
    },
  };
}

/** The same report again: sources number theirs, and here equal counts at one place stand for an equal number. */
function isRepeated(known: PolicyWindow, window: PolicyWindow): boolean {
  return (
    known.startMs === window.startMs &&
    known.coverage === window.coverage &&
    known.treatment.exposures === window.treatment.exposures &&
    known.control.exposures === window.control.exposures &&
    known.control.conversions === window.control.conversions &&
    known.control.errors === window.control.errors
  );
}

function inOrder(a: PolicyWindow, b: PolicyWindow): number {
  return a.startMs - b.startMs || a.coverage - b.coverage;
}

function lateShareOf(reports: readonly Received[]): number {
  return reports.length === 0 ? 0 : reports.filter(({ isLate }) => isLate).length / reports.length;
}
