import { nonInferiorityMarginOf } from '../../controller/index.ts';
import type { Change, Clock, DecisionRecord, LearningStorage, Rollout, Scope } from '../../domain/index.ts';
import {
  type LaterEffect,
  labelFromLaterEvidence,
  labelFromReversal,
  REVERSAL_MS,
  type RuleLabel,
} from '../../training/labels/index.ts';
import { listAllRollouts } from './read-generations.ts';

/** Who labels what became known after the end. */
const RULE = 'rule:later';

/** Changes that are looked through for what was done about a rollout. */
const LOOKED_THROUGH = 50;

/** "Everybody": all but a holdback. */
const FULL_COVERAGE = 95_000;
const HISTORY = 200;

/** Of a good metric that may lose everything, this much has to be left. */
const LEAST_LEFT = 0.01;

/**
 * Labels completed rollouts by what came to be known later: a reversal by people, or a holdback that was compared for at
 * least a day. Once a generation; resolves to the number of new labels.
 */
export async function labelLater(storage: LearningStorage, clock: Clock, scope: Scope): Promise<number> {
  const rollouts = await listAllRollouts(storage, scope);
  let count = 0;
  for (const rollout of rollouts) {
    const { definition, state } = rollout;
    if (state.phase !== 'completed' && state.phase !== 'rolledBack') continue;
    const name = definition.rollout;
    const changes = await storage.flags.listChanges(scope, { limit: LOOKED_THROUGH, subject: name });
    const completed = changes.find(({ kind }) => kind === 'complete');
    // One that began anew since then is another generation.
    const isThis = completed !== undefined && completed.atMs >= (state.startedAtMs ?? 0);
    if (!isThis || clock.nowMs() - completed.atMs > 2 * REVERSAL_MS) continue;
    const found =
      reversalOf(rollout, completed, changes, rollouts) ?? (await heldBackOf(storage, scope, rollout, completed));
    if (found === undefined) continue;
    const labelId = `later-${name}-${state.generation}-${found.verdict}`;
    const own = await storage.labels.list(scope, { limit: HISTORY, rollout: name, generation: state.generation });
    if (own.some((label) => label.labelId === labelId)) continue;
    const { generation } = state;
    const by = { source: 'laterEvidence', author: RULE, atMs: clock.nowMs() } as const;
    await storage.labels.append(scope, { labelId, rollout: name, generation, ...found, ...by });
    count += 1;
  }
  return count;
}

/** People took it back, or began a rollout of the same flag the other way round. */
function reversalOf(
  { definition }: Rollout,
  { atMs: completedAtMs }: Change,
  changes: readonly Change[],
  all: readonly Rollout[],
): RuleLabel | undefined {
  const rollback = changes.find(
    ({ kind, atMs, actor }) => kind === 'rollback' && atMs >= completedAtMs && actor !== 'controller',
  );
  if (rollback !== undefined) return labelFromReversal({ completedAtMs, reversedAtMs: rollback.atMs, by: 'rollback' });
  const opposite = all.find(
    ({ definition: other, state }) =>
      other.flag === definition.flag &&
      state.startedAtMs !== null &&
      state.startedAtMs >= completedAtMs &&
      definition.treatments.some(({ variant }) => variant === other.control) &&
      other.treatments.some(({ variant }) => variant === definition.control),
  );
  return opposite && labelFromReversal({ completedAtMs, reversedAtMs: opposite.state.startedAtMs!, by: 'opposite' });
}

/** What holdback against treatment said at the end, where everybody else had the treatment for a day by then. */
async function heldBackOf(
  { decisions }: LearningStorage,
  scope: Scope,
  { definition, state }: Rollout,
  { atMs }: Change,
): Promise<RuleLabel | undefined> {
  const name = definition.rollout;
  const history = await decisions.readHistory(scope, name, state.generation, { afterMs: 0, limit: HISTORY });
  const full = history.find(({ decision }) => decision.coverage >= FULL_COVERAGE);
  const last = history.at(-1);
  if (full === undefined || last === undefined) return undefined;
  return labelFromLaterEvidence(effectsOf(definition, last), { endedAtMs: full.decidedAtMs, nowMs: atMs });
}

/** Ratios of treatment over control with those of good events turned round, so that larger is worse. */
function effectsOf(
  definition: Rollout['definition'],
  { assessment }: Pick<DecisionRecord, 'assessment'>,
): readonly LaterEffect[] {
  const { treatments } = assessment as unknown as {
    readonly treatments: readonly {
      readonly guardrails: readonly {
        readonly metric: string;
        readonly effect: { readonly lower: number; readonly upper: number } | null;
      }[];
    }[];
  };
  return treatments.flatMap(({ guardrails }) =>
    guardrails.map(({ metric, effect }) => {
      const declared = definition.metrics.find((one) => one.metric === metric)!;
      const margin = nonInferiorityMarginOf(definition, declared);
      const { lower, upper } = effect ?? { lower: 0, upper: Number.POSITIVE_INFINITY };
      return declared.goodDirection === 'lower'
        ? { lower, upper, harmlessUpTo: 1 + margin }
        : { lower: 1 / upper, upper: 1 / Math.max(lower, 0), harmlessUpTo: 1 / Math.max(1 - margin, LEAST_LEFT) };
    }),
  );
}
