import type { GateResult } from '../gate/index.ts';

/** What came of a run. That nothing can be learned is an answer and no accident. */
export type TrainingOutcome =
  | { readonly outcome: 'refused'; readonly reason: string }
  | ({ readonly outcome: 'trained'; readonly modelId: string; readonly artefactSha256: string } & GateResult);
