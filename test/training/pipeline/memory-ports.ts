import { createHash } from 'node:crypto';
import { decide } from '../../../controller/index.ts';
import type { JsonValue, NewModel } from '../../../domain/index.ts';
import type { RecordedGeneration, TrainingPorts, TrainingTools } from '../../../training/index.ts';

/** SHA-256 in hexadecimal. */
export const digest = (text: string) => createHash('sha256').update(text).digest('hex');

/** Ports that keep everything in memory, as a database would. */
export class Memory implements TrainingPorts {
  readonly models = new Map<string, NewModel>();
  readonly steps = new Map<string, JsonValue>();
  readonly told: string[] = [];
  readonly moves: string[] = [];
  readonly #world: readonly RecordedGeneration[];
  champion: { modelId: string; artefact: JsonValue; cutOffMs?: number } | undefined;
  onReport: (words: string) => void = () => {};

  constructor(world: readonly RecordedGeneration[]) {
    this.#world = world;
  }

  listRollouts = async () => this.#world.map(({ definition }) => definition.rollout);
  readGenerations = async (rollout: string) => this.#world.filter(({ definition }) => definition.rollout === rollout);
  readChampion = async () => this.champion;
  readStep = async (step: string) => this.steps.get(step);
  writeStep = async (step: string, output: JsonValue) => {
    this.steps.set(step, JSON.parse(JSON.stringify(output)) as JsonValue);
  };
  register = async (model: NewModel) => {
    this.models.set(model.modelId, model);
  };
  moveToShadow = async (modelId: string) => {
    this.moves.push(`shadow ${modelId}`);
  };
  promote = async (modelId: string) => {
    this.moves.push(`promote ${modelId}`);
  };
  report = async ({ words }: { readonly words: string }) => {
    this.told.push(words);
    this.onReport(words);
  };
}

/** A stopwatch that says that every score took a tenth of a millisecond. */
export const tools = (): TrainingTools => {
  let ms = 0;
  return { digest, stopwatchMs: () => (ms += 0.1), decide };
};
