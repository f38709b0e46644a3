import type { RiskModelArtefact } from '../../models/index.ts';
import { observationsUntil, type RecordedGeneration } from '../dataset/recorded-generation.ts';
import type { TrainingTools } from './training-ports.ts';

/** What `decide` makes of recorded observations today. */
export interface Replay {
  readonly observations: number;
  /** Observations on which it failed. */
  readonly failures: number;
  /** Without a model: actions that differ from the recorded ones; only a change of the code can do that. */
  readonly changedByCode: number;
  /** With the model against without: how often, such as "ramp to hold". */
  readonly changedByModel: Readonly<Record<string, number>>;
  /** What was wrong first, for people; null when nothing was. */
  readonly firstFailure: string | null;
}

/** A replay of nothing. */
export const NO_REPLAY: Replay = {
  observations: 0,
  failures: 0,
  changedByCode: 0,
  changedByModel: {},
  firstFailure: null,
};

/** How recorded observations are decided again. */
export interface ReplayOptions extends Pick<TrainingTools, 'decideWith'> {
  readonly cutOffMs: number;
  /** Most observations of one generation; they are spread over its life. */
  readonly limit: number;
}

/** Adds the decisions of one generation. */
export function replayGeneration(
  before: Replay,
  generation: RecordedGeneration,
  model: RiskModelArtefact,
  { cutOffMs, limit, decideWith }: ReplayOptions,
): Replay {
  const all = observationsUntil(generation, cutOffMs);
  const every = Math.max(1, Math.ceil(all.length / limit));
  let replay = before;
  for (const [index, { record, observation }] of all.entries()) {
    if (index % every !== 0) continue;
    replay = { ...replay, observations: replay.observations + 1 };
    try {
      const without = decideWith(observation, null).decision.action;
      const within = decideWith(observation, model).decision.action;
      const changedByCode = replay.changedByCode + Number(without !== record.decision.action);
      const { changedByModel } = replay;
      const change = `${without} to ${within}`;
      replay = {
        ...replay,
        changedByCode,
        changedByModel: without === within ? changedByModel : counted(changedByModel, change),
      };
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      replay = { ...replay, failures: replay.failures + 1, firstFailure: replay.firstFailure ?? words };
    }
  }
  return replay;
}

function counted(counts: Readonly<Record<string, number>>, name: string): Readonly<Record<string, number>> {
  return { ...counts, [name]: (counts[name] ?? 0) + 1 };
}
