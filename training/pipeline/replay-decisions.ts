import {
  addToLearnedHistory,
  asAsked,
  type DecisionModels,
  emptyLearnedHistory,
  type LearnedHistory,
} from '../../controller/index.ts';
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
export interface ReplayOptions extends Pick<TrainingTools, 'decide'> {
  readonly cutOffMs: number;
  /** Most observations of one generation; they are spread over its life. */
  readonly limit: number;
}

/** Adds the decisions of one generation: as recorded, and as if the models had been asked from its start on. */
export function replayGeneration(
  before: Replay,
  generation: RecordedGeneration,
  models: DecisionModels,
  { cutOffMs, limit, decide }: ReplayOptions,
): Replay {
  const all = observationsUntil(generation, cutOffMs);
  const every = Math.max(1, Math.ceil(all.length / limit));
  let history: LearnedHistory | undefined = all[0] && emptyLearnedHistory(all[0].observation.rollout);
  let replay = before;
  for (const [index, { record, observation }] of all.entries()) {
    if (index % every === 0) {
      replay = { ...replay, observations: replay.observations + 1 };
      try {
        const without = decide(observation).decision.action;
        const within = decide(asAsked(observation, history, models), models).decision.action;
        // What a model has had its say in does not come out the same without it.
        const recorded = observation.models === undefined ? record.decision.action : without;
        replay = counted(replay, { recorded, without, within });
      } catch (error) {
        const words = error instanceof Error ? error.message : String(error);
        replay = { ...replay, failures: replay.failures + 1, firstFailure: replay.firstFailure ?? words };
      }
    }
    const { windows, quarantinedSources: excluded } = observation;
    history = history && addToLearnedHistory(observation.rollout, history, { windows, excluded }, models).history;
  }
  return replay;
}

function counted(
  replay: Replay,
  { recorded, without, within }: { readonly recorded: string; readonly without: string; readonly within: string },
): Replay {
  const changedByCode = replay.changedByCode + Number(without !== recorded);
  if (without === within) return { ...replay, changedByCode };
  const change = `${without} to ${within}`;
  const changes = (replay.changedByModel[change] ?? 0) + 1;
  return { ...replay, changedByCode, changedByModel: { ...replay.changedByModel, [change]: changes } };
}
