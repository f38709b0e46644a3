import type { JudgementSummary } from '../../controller/index.ts';

/** Which verdicts a caller that looks at nothing else wants to be told as a failure. */
export type FailOn = (typeof FAIL_ON)[number];

/**
 * `fail`: harm; `inconclusive`: all but `pass`; `noHarm`: all but `fail`, for callers that take a change back when they
 * are told of a success.
 */
export const FAIL_ON = ['fail', 'inconclusive', 'noHarm'] as const;

/** Whether the verdict is to be told as a failure. */
export function isRefused({ verdict }: Pick<JudgementSummary, 'verdict'>, failOn: FailOn): boolean {
  switch (failOn) {
    case 'fail':
      return verdict === 'fail';
    case 'inconclusive':
      return verdict !== 'pass';
    case 'noHarm':
      return verdict !== 'fail';
  }
}
