import type { Decision, DecisionRecord, KeptPace } from '../../domain/index.ts';
import { decide, type Observation } from '../decide/index.ts';
import { askedOtherwise, needsOwnEvidence, type ReplaySettings } from './asked-otherwise.ts';
import { type HeldModels, missingModels, modelsHeldFor } from './held-models.ts';

/** A decision that would have been another one. */
export interface ReplayedDecision {
  readonly windowEndMs: number;
  readonly decidedAtMs: number;
  /** Coverage of the recorded situation. */
  readonly coverage: number;
  readonly was: Decision;
  readonly wouldBe: Decision;
}

/** What other settings would have made of a recorded generation. */
export interface RolloutReplay {
  /** Decisions that were made again. */
  readonly decisions: number;
  /**
   * In order. Up to the first one both histories are the same; what follows is what would be decided in the recorded
   * situation, whose evidence came about under the recorded coverage.
   */
  readonly differences: readonly ReplayedDecision[];
  /** Why it goes no further; null where it went to the end. */
  readonly stoppedBecause: string | null;
}

/** Decides every recorded observation of one generation again, in the order in which they were made, with other settings. */
export function replayRollout(
  records: readonly DecisionRecord[],
  held: HeldModels,
  settings: ReplaySettings,
): RolloutReplay {
  const isOwn = needsOwnEvidence(settings);
  const differences: ReplayedDecision[] = [];
  let evidence: Observation['evidence'] = null;
  let pace: KeptPace | undefined = (records[0]?.observation as unknown as Observation | undefined)?.evidence?.pace;
  for (const [index, record] of records.entries()) {
    const recorded = record.observation as unknown as Observation;
    const stop = (stoppedBecause: string) => ({ decisions: index, differences, stoppedBecause });
    if (isOwn && index === 0 && !isBeginning(recorded))
      return stop('evidence has to be added up from the first window on, and the first records are missing');
    const asked = askedOtherwise(recorded, modelsHeldFor(recorded, held), settings);
    // What was named is what is missed, by the plan that asks now.
    const [missing] = missingModels({ ...recorded, rollout: asked.observation.rollout }, asked.models);
    if (missing !== undefined) return stop(`${missing} cannot be had here`);
    // Evidence begins anew wherever it did.
    const own = isBeginning(recorded) ? null : evidence;
    const before = isOwn ? own : withPace(recorded.evidence, pace);
    try {
      const outcome = decide({ ...asked.observation, evidence: before }, asked.models);
      ({ evidence } = outcome);
      pace = outcome.evidence.pace;
      const { coverage } = recorded.rollout.state;
      if (isOther(record.decision, outcome.decision))
        differences.push({
          windowEndMs: record.windowEndMs,
          decidedAtMs: record.decidedAtMs,
          coverage,
          was: record.decision,
          wouldBe: outcome.decision,
        });
    } catch (error) {
      return stop(error instanceof Error ? error.message : String(error));
    }
  }
  return { decisions: records.length, differences, stoppedBecause: null };
}

/** A pace is kept once it was chosen: here the one that these settings have led to, and not the recorded one. */
function withPace(evidence: Observation['evidence'], pace: KeptPace | undefined): Observation['evidence'] {
  if (evidence === null) return null;
  const { pace: _recorded, ...others } = evidence;
  return pace === undefined ? others : { ...others, pace };
}

/** Before the first window there is nothing to remember. */
function isBeginning({ evidence }: Observation): boolean {
  return evidence === null || evidence.newestStartMs === null;
}

/** Where a person wants advice only, the advice is what there is to compare. */
function isOther(was: Decision, wouldBe: Decision): boolean {
  const [one, other] = [was.advice ?? was, wouldBe.advice ?? wouldBe];
  return one.action !== other.action || one.coverage !== other.coverage;
}
