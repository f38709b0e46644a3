/** Kinds of changes that touch one rollout. */
export const ROLLOUT_CHANGES: readonly string[] = [
  'rolloutCreated',
  'rolloutUpdated',
  'start',
  'pause',
  'resume',
  'advance',
  'jump',
  'pin',
  'unpin',
  'override',
  'restore',
  'mode',
  'approve',
  'decline',
  'retry',
  'ramp',
  'stepBack',
  'withdraw',
  'rollback',
  'complete',
  'archive',
];

/** Kinds of changes that say exactly what they touch; after any other, everything has to be read anew. */
export const EXACT_CHANGES: readonly string[] = [
  ...ROLLOUT_CHANGES,
  'flag',
  'evaluators',
  'settings',
  'sourceQuarantined',
  'sourceReleased',
];
