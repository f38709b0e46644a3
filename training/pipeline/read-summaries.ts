import { addParity, NO_PARITY, type VectorParity, vectorParity } from '../../controller/index.ts';
import { officialRecords } from '../dataset/recorded-generation.ts';
import { type GenerationSummary, summariseGeneration } from '../dataset/summarise-generation.ts';
import type { TrainingOptions } from './training-options.ts';
import type { TrainingPorts } from './training-ports.ts';

/** What records come to: rollout by rollout, because records are large. */
export interface ReadSummaries {
  readonly summaries: readonly GenerationSummary[];
  /** Inputs in records against the same made anew. */
  readonly parity: VectorParity;
}

/** Reads all generations that were over at the cut-off. */
export async function readSummaries(ports: TrainingPorts, { run, signal }: TrainingOptions): Promise<ReadSummaries> {
  const summaries: GenerationSummary[] = [];
  let parity = NO_PARITY;
  for (const rollout of await ports.listRollouts()) {
    signal.throwIfAborted();
    for (const generation of await ports.readGenerations(rollout)) {
      summaries.push(...summariseGeneration(generation, run.cutOffMs));
      parity = addParity(parity, vectorParity(officialRecords(generation, run.cutOffMs)));
    }
  }
  return { summaries, parity };
}
