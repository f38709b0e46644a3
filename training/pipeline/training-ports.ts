import type { DecisionModels, Observation, Outcome } from '../../controller/index.ts';
import type { JobProgress, JsonValue, NewModel } from '../../domain/index.ts';
import type { CostFactors, RampCosts, RampPolicy } from '../../models/index.ts';
import type { RecordedGeneration } from '../dataset/recorded-generation.ts';

/** What a training run needs from outside; each may be called again for a run that was cut off. */
export interface TrainingPorts {
  /** Names of the rollouts that have records. */
  listRollouts(): Promise<readonly string[]>;
  /** All generations of one rollout: read one rollout at a time, because records are large. */
  readGenerations(rollout: string): Promise<readonly RecordedGeneration[]>;
  /** The champion of the kind, its artefact unchecked; undefined when there is none or it cannot be read. */
  readChampion(): Promise<
    { readonly modelId: string; readonly artefact: JsonValue; readonly cutOffMs?: number } | undefined
  >;
  /** What an earlier attempt of this run has kept; undefined when it has not come so far. */
  readStep(step: string): Promise<JsonValue | undefined>;
  writeStep(step: string, output: JsonValue): Promise<void>;
  /** Stores a candidate; a model of the same id is the one that an earlier attempt has stored. */
  register(model: NewModel, reason: string): Promise<void>;
  /** Lets the model score without deciding. */
  moveToShadow(modelId: string, reason: string): Promise<void>;
  promote(modelId: string, reason: string): Promise<void>;
  /** Shows how far the run is; rejects when somebody has cancelled it. */
  report(progress: JobProgress, dataSetHash?: string): Promise<void>;
}

/** What a training run computes with; none of it does I/O. */
export interface TrainingTools {
  /** SHA-256 in hexadecimal. */
  digest(text: string): string;
  /** A stopwatch, ms since anything. */
  stopwatchMs(): number;
  /** `decide`. */
  decide(observation: Observation, models?: DecisionModels): Outcome;
  /** What ramp policies begin with and are played in; absent where none is trained. */
  readonly ramp?: RampTools;
}

/** What a training run of ramp policies needs beside. */
export interface RampTools {
  /** The policy that is shipped; null where none is. */
  readonly shipped: RampPolicy | null;
  /** Simulated worlds that policies are compared in, always the same ones. */
  readonly worldCount: number;
  /** What a rollout in one of them costs whoever has these factors. */
  play(world: number, player: { readonly policy: RampPolicy; readonly factors: CostFactors }): PlayedRamp;
}

/** How a rollout has ended in a simulated world. */
export interface PlayedRamp {
  readonly isHarmful: boolean;
  readonly isTakenBack: boolean;
  readonly costs: RampCosts;
}
