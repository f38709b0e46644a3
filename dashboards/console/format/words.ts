import type { Rollout, Verb } from '../api/answers.ts';

type Phase = Rollout['state']['phase'];

/** Phases as people say them, in the order in which the fleet is sorted. */
export const PHASE_WORDS: Readonly<Record<Phase, string>> = {
  running: 'running',
  paused: 'paused',
  draft: 'draft',
  completed: 'completed',
  rolledBack: 'rolled back',
};

/** What a button says, what happens when it is confirmed, and whether a reason must be given. */
export interface VerbWords {
  readonly label: string;
  readonly happens: (rollout: Rollout) => string;
  readonly needsReason: boolean;
  readonly isGrave: boolean;
}

/** The verbs that have a button; those that need more than a reason belong to the command line and the API. */
export const VERB_WORDS: Readonly<Record<Verb, VerbWords>> = {
  start: {
    label: 'Start',
    happens: ({ definition }) =>
      `The first stage is served: ${(definition.stages[0]?.coverage ?? 0) / 1_000} % of the eligible units get the treatment. From then on the rollout ramps, holds or rolls back by itself.`,
    needsReason: false,
    isGrave: false,
  },
  pause: {
    label: 'Pause',
    happens: () =>
      'Coverage stays where it is, and nothing ramps until somebody resumes. Guardrails stay armed: harm is still rolled back.',
    needsReason: false,
    isGrave: false,
  },
  resume: {
    label: 'Resume',
    happens: () => 'The rollout goes on from the evidence that it has, and ramps again when its gates are passed.',
    needsReason: false,
    isGrave: false,
  },
  advance: {
    label: 'Advance',
    happens: () =>
      'The next stage is served now, without waiting for its time, if the data permit it; otherwise the server says what is missing.',
    needsReason: false,
    isGrave: false,
  },
  rollback: {
    label: 'Roll back',
    happens: ({ definition }) =>
      `Everybody is served "${definition.control}" again, at once. This ends the rollout; it can be tried again as its next generation.`,
    needsReason: true,
    isGrave: true,
  },
  complete: {
    label: 'Complete',
    happens: () =>
      'Everybody eligible is served the treatment now, whatever stages are left, and nothing is compared any more. It can still be rolled back by hand.',
    needsReason: true,
    isGrave: true,
  },
  retry: {
    label: 'Try again',
    happens: () =>
      'The rollout starts again at its first stage, as its next generation: without the evidence of the one that was taken back.',
    needsReason: false,
    isGrave: false,
  },
  archive: {
    label: 'Archive',
    happens: () =>
      'The rollout leaves the fleet and takes part in no evaluation any more. Its history can still be read. This cannot be undone.',
    needsReason: false,
    isGrave: false,
  },
};

/** What becomes of decisions, in words. */
export const MODE_WORDS = {
  automatic: 'automatic: decides and acts',
  advise: 'advise: decides, does not act',
  off: 'off: does nothing, not even a rollback',
} as const;

/** What a decision may do, as a row of a table. */
export const ACTION_WORDS = {
  hold: 'hold',
  ramp: 'ramp to',
  stepBack: 'step back to',
  complete: 'complete',
  rollback: 'roll back',
} as const;

/** What people may say beside a plan: what the button says, what happens, and what has to be said with it. */
export const STEER_WORDS = {
  mode: {
    label: 'Change mode',
    happens: 'Says what becomes of what the controller decides.',
    fields: ['mode'],
    needsReason: false,
    isGrave: false,
  },
  pin: {
    label: 'Pin',
    happens: 'Coverage stays there until the time is over or somebody unpins it. Guardrails stay armed.',
    fields: ['coverage', 'untilMs'],
    needsReason: true,
    isGrave: false,
  },
  unpin: {
    label: 'Unpin',
    happens: 'Coverage moves by the plan again.',
    fields: [],
    needsReason: false,
    isGrave: false,
  },
  jump: {
    label: 'Jump',
    happens: 'Coverage goes there now, whatever the gates say. Checkpoints and freezes hold for people too.',
    fields: ['coverage'],
    needsReason: true,
    isGrave: true,
  },
  override: {
    label: 'Ignore a guardrail',
    happens: 'No decision looks at it until the time is over. What it finds is still shown.',
    fields: ['metric', 'untilMs'],
    needsReason: true,
    isGrave: true,
  },
  restore: {
    label: 'Restore',
    happens: 'The guardrail counts again.',
    fields: ['metric'],
    needsReason: false,
    isGrave: false,
  },
} as const;

/** Kinds of changes in the history of a rollout, as what somebody did. */
export const CHANGE_WORDS: Readonly<Record<string, string>> = {
  flag: 'changed the flag',
  evaluators: 'changed the shared rules',
  settings: 'changed the settings',
  rolloutCreated: 'created the rollout',
  rolloutUpdated: 'changed the draft',
  start: 'started',
  pause: 'paused',
  resume: 'resumed',
  advance: 'advanced',
  jump: 'jumped',
  pin: 'pinned',
  unpin: 'unpinned',
  override: 'had a guardrail ignored',
  restore: 'restored a guardrail',
  mode: 'changed the mode',
  approve: 'approved',
  decline: 'declined',
  retry: 'tried again',
  ramp: 'ramped',
  stepBack: 'stepped back',
  withdraw: 'withdrew a treatment',
  rollback: 'rolled back',
  complete: 'completed',
  archive: 'archived',
};
