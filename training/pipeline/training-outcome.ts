import type { GateResult } from '../gate/index.ts';
import type { CostAgainstSchedule } from '../watch/index.ts';

/** What came of a run. That nothing can be learned is an answer and no accident. */
export type TrainingOutcome =
  | { readonly outcome: 'refused'; readonly reason: string }
  | ({
      readonly outcome: 'trained';
      readonly modelId: string;
      readonly artefactSha256: string;
      /** Of ramp policies: what the choices of the one in use have cost; the nightly review takes it from here. */
      readonly inUse?: CostAgainstSchedule | null;
    } & GateResult);
