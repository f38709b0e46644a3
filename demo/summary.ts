import type { Rollout } from '../domain/index.ts';
import type { Load } from './load.ts';
import type { Page } from './shop-behaviour.ts';

/** How one rollout of the demo ended, in figures. */
export interface RolloutSummary {
  readonly rollout: string;
  readonly phase: Rollout['state']['phase'];
  readonly secondsToEnd: number;
  readonly requests: number;
  readonly treatmentRequests: number;
  readonly controlFailureShare: number;
  readonly treatmentFailureShare: number;
  /** Failures of the treatment beyond what control's rate explains; negative when it failed less. */
  readonly badEvents: number;
  /** Standard deviation of that figure by chance alone. */
  readonly badEventsDeviation: number;
  /** The same, had every request been served the treatment from the start. */
  readonly bigBangBadEvents: number;
}

/** What the demo came to, in figures; the same as `--json` writes. */
export interface Summary {
  readonly scenario: string;
  readonly seconds: number;
  readonly requests: number;
  readonly unanswered: number;
  readonly rollouts: readonly RolloutSummary[];
  readonly isAsExpected: boolean;
}

/** The figures of one rollout: counted by the clients, not by Rampwright. */
export function summariseRollout(
  page: Page,
  load: Load,
  phase: Rollout['state']['phase'],
  secondsToEnd: number,
): RolloutSummary {
  const seen = load.tallies.get(page.path)!;
  const control = seen.get(page.control) ?? { requests: 0, failures: 0 };
  const treatment = seen.get(page.treatment) ?? { requests: 0, failures: 0 };
  const controlFailureShare = control.failures / Math.max(control.requests, 1);
  const requests = control.requests + treatment.requests;
  const injected =
    page.behaviours[page.treatment]!.failureProbability - page.behaviours[page.control]!.failureProbability;
  return {
    rollout: page.rollout,
    phase,
    secondsToEnd,
    requests,
    treatmentRequests: treatment.requests,
    controlFailureShare,
    treatmentFailureShare: treatment.failures / Math.max(treatment.requests, 1),
    badEvents: treatment.failures - treatment.requests * controlFailureShare,
    badEventsDeviation: Math.sqrt(
      treatment.failures + (treatment.requests ** 2 / Math.max(control.requests, 1)) * controlFailureShare,
    ),
    bigBangBadEvents: requests * injected,
  };
}

/** The summary as text. */
export function renderSummary(summary: Summary): string {
  const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
  const lines = summary.rollouts.flatMap((rollout) => [
    '',
    `  ${rollout.rollout}: ${rollout.phase} after ${rollout.secondsToEnd.toFixed(0)} s`,
    `    requests              ${rollout.requests}, ${rollout.treatmentRequests} of them with the treatment`,
    `    failures              control ${percent(rollout.controlFailureShare)}, treatment ${percent(rollout.treatmentFailureShare)}`,
    `    bad events caused     ${inWords(rollout)}   (a big-bang release: ${rollout.bigBangBadEvents.toFixed(0)})`,
  ]);
  const unanswered = summary.unanswered === 0 ? '' : `, ${summary.unanswered} without an answer`;
  const verdict = summary.isAsExpected ? 'as it should be' : 'NOT as it should be';
  return [
    `Summary: ${summary.requests} requests in ${summary.seconds.toFixed(0)} s${unanswered}`,
    ...lines,
    '',
    `The outcome is ${verdict}.`,
  ].join('\n');
}

/** A figure within two standard deviations of nothing is nothing. */
function inWords({ badEvents, badEventsDeviation }: RolloutSummary): string {
  const figure = `${badEvents.toFixed(0)} ± ${badEventsDeviation.toFixed(0)}`;
  return badEvents < 2 * badEventsDeviation ? `none beyond chance (${figure})` : figure;
}
