import type { ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { MEANINGS, words } from './palette.ts';
import { told } from './queries.ts';

const PHASES = ['running', 'paused', 'completed', 'rolledBack'] as const;

/** The phase of each rollout as a number, which `PHASE_WORDS` turns back into a word. */
export function phaseOf(matchers: string, by: readonly string[]): string {
  return PHASES.map(
    (phase, index) => `(${told('rollout_state', `state="${phase}", ${matchers}`, by)} == 1) * ${index + 1}`,
  ).join(' or ');
}

/** Words and colours for the numbers of `phaseOf`. */
export const PHASE_WORDS: ValueMapping = words(
  Object.fromEntries(PHASES.map((phase, index) => [index + 1, [readable(phase), MEANINGS[phase]!]])),
);

/** How many rollouts were in a phase at some time of the range shown. */
export function countInPhase(phase: (typeof PHASES)[number], matchers: string): string {
  const reached = `max by (environment, rollout) (max_over_time(rampwright_rollout_state{state="${phase}", ${matchers}}[$__range]))`;
  return `count(${reached} == 1) or vector(0)`;
}

/** How many rollouts are in a phase now. */
export function countNowIn(phase: (typeof PHASES)[number], matchers: string): string {
  const now = told('rollout_state', `state="${phase}", ${matchers}`, ['environment', 'rollout']);
  return `count(${now} == 1) or vector(0)`;
}

function readable(phase: string): string {
  return phase.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
