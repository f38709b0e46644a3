import type { NewModel } from '../../domain/index.ts';
import { checkRampPolicy, RAMP_SCHEMA, type RampPolicy } from '../../models/index.ts';
import { seededStream } from '../fit/seeded-stream.ts';
import { passRampGate, type RampEvidence } from '../gate/index.ts';
import { joinRewards, type RewardedGeneration } from '../rewards/join-rewards.ts';
import { type RewardSet, rewardSet } from '../rewards/reward-set.ts';
import { againstSchedule } from './against-schedule.ts';
import { compareInWorlds } from './compare-in-worlds.ts';
import { estimateRampPolicy, type RampEstimate } from './estimate-ramp-policy.ts';
import { fitRampPolicy } from './fit-ramp-policy.ts';
import { rampCard } from './ramp-card.ts';
import { type ChoiceReplay, NO_CHOICES, replayChoices } from './replay-choices.ts';
import { seedOf } from './seed-of.ts';
import { trainedRecord } from './trained-record.ts';
import type { TrainingOptions } from './training-options.ts';
import type { TrainingOutcome } from './training-outcome.ts';
import type { RampTools, TrainingPorts, TrainingTools } from './training-ports.ts';

const REASON = 'a training run has made it';
const REPLICATES = 1_000;
const LEVEL = 0.95;

/** The policy in use is looked at night after night, so chance has to be left less room than in the gate. */
const IN_USE_LEVEL = 0.99;

/** Where there is one rollout only, nothing can be judged by what was not learned from. */
const LEAST_ROLLOUTS = 2;

/**
 * A training run for ramp policies: the champion, or what is shipped, learns from the rollouts whose costs came to be known
 * since; it is judged off-policy, in simulated worlds and by replay, and takes its place only if all of it is good.
 */
export async function runRampTraining(
  ports: TrainingPorts,
  tools: TrainingTools,
  options: TrainingOptions,
): Promise<TrainingOutcome> {
  const { run, signal } = options;
  const at = async (share: number, words: string, hash?: string) => {
    signal.throwIfAborted();
    await ports.report({ share, words }, hash);
  };
  if (tools.ramp === undefined) throw new Error('nothing to play ramp policies in');
  const before = await policyBefore(ports, tools.ramp);
  if (before === undefined) return refused('There is neither a champion nor a policy that is shipped.');
  await at(0.02, 'joining choices with what came of them');
  const { rewards, otherVersions } = await readRewards(ports, tools, options, before.cutOffMs);
  const rollouts = new Set(rewards.rows.map(({ rollout }) => rollout)).size;
  if (rollouts < LEAST_ROLLOUTS)
    return refused(
      `There is nothing to learn from: ${rewards.finishedCount} generations that are over had their pace chosen by a ramp policy, ${rewards.unknownCount} of them have no label, and ${rollouts} rollouts remain. ${otherVersions} more had choices among other actions, as of an earlier version.`,
    );
  const modelId = `${run.kind}-${run.runId}`;
  await at(0.3, `learning from ${rewards.rows.length} rollouts`, rewards.hash);
  const policy = fitRampPolicy(before.policy, modelId, rewards.rows);
  const hash = tools.digest(JSON.stringify(policy));
  const { digest } = tools;
  const estimate = estimateRampPolicy(before.policy, rewards.rows, { digest, level: LEVEL });
  const inUse = againstSchedule(before.id, rewards.rows, IN_USE_LEVEL);
  await at(0.4, 'making recorded choices again');
  const replay = await replayAll(ports, tools, options, { id: modelId, hash, fittedAtMs: null, artefact: policy });
  const worlds = await compareInWorlds(
    tools.ramp,
    {
      own: policy,
      champion: before.policy,
      factors: rewards.rows.at(-1)!.factors,
      onWorld: (world) => at(0.5 + (0.4 * world) / tools.ramp!.worldCount, 'playing simulated worlds'),
    },
    { replicates: REPLICATES, level: LEVEL, uniform: seededStream(seedOf(run, tools), 'worlds').uniform },
  );
  const evidence: RampEvidence = { ...evidenceOf(policy, estimate, replay), ...worlds };
  const gate = passRampGate(evidence);
  const card = rampCard({ modelId, parentId: before.id, rewards, estimate, replay, gate });
  // The last look at whether somebody has cancelled it, before anything is changed.
  await at(0.98, 'registering it');
  await ports.register(
    recordOf(options, { modelId, policy, before, rewards, estimate, replay, evidence, card }),
    REASON,
  );
  const why = gate.reasons[0] ?? 'every check of the gate passed';
  if (gate.verdict === 'promote') await ports.promote(modelId, why);
  await at(1, gate.verdict === 'promote' ? 'promoted' : `kept the champion: ${why}`);
  return { outcome: 'trained', modelId, artefactSha256: hash, inUse, ...gate };
}

/** The policy that learns on. */
interface PolicyBefore {
  readonly id: string;
  /** null: what is shipped. */
  readonly modelId: string | null;
  readonly policy: RampPolicy;
  /** What was known by then, it has learned already. */
  readonly cutOffMs: number;
}

/** A champion that cannot be used gives way to what is shipped. */
async function policyBefore(ports: TrainingPorts, { shipped }: RampTools): Promise<PolicyBefore | undefined> {
  const champion = await ports.readChampion();
  const checked = champion && checkRampPolicy(champion.artefact);
  if (champion !== undefined && checked?.kind === 'usable') {
    const { modelId, cutOffMs = 0 } = champion;
    return { id: modelId, modelId, policy: checked.artefact, cutOffMs };
  }
  return shipped === null ? undefined : { id: shipped.version, modelId: null, policy: shipped, cutOffMs: 0 };
}

/** Generations whose costs were known when the champion was made are no news to it. */
async function readRewards(
  ports: TrainingPorts,
  { digest }: TrainingTools,
  { run, signal }: TrainingOptions,
  knownMs: number,
): Promise<{ readonly rewards: RewardSet; readonly otherVersions: number }> {
  const generations: RewardedGeneration[] = [];
  let otherVersions = 0;
  for (const rollout of await ports.listRollouts()) {
    signal.throwIfAborted();
    for (const generation of await ports.readGenerations(rollout)) {
      const joined = joinRewards(generation, run.cutOffMs);
      if (joined.kind === 'otherVersion') otherVersions += 1;
      if (joined.kind !== 'joined') continue;
      const known = joinRewards(generation, knownMs);
      if (known.kind === 'joined' && known.generation.choice !== undefined) continue;
      generations.push(joined.generation);
    }
  }
  return { rewards: rewardSet(generations, digest), otherVersions };
}

async function replayAll(
  ports: TrainingPorts,
  { decide }: TrainingTools,
  { run, signal }: TrainingOptions,
  policy: Parameters<typeof replayChoices>[2],
): Promise<ChoiceReplay> {
  let replay = NO_CHOICES;
  for (const rollout of await ports.listRollouts()) {
    signal.throwIfAborted();
    for (const generation of await ports.readGenerations(rollout))
      replay = replayChoices(replay, generation, policy, {
        cutOffMs: run.cutOffMs,
        decide,
      });
  }
  return replay;
}

function evidenceOf(
  policy: RampPolicy,
  { effectiveSampleSize, meanWeight, costDifference, championCost }: RampEstimate,
  { choices, failures, outside }: ChoiceReplay,
): Omit<RampEvidence, 'benchmarkCost' | 'benign'> {
  const checked = checkRampPolicy(JSON.parse(JSON.stringify(policy)));
  return {
    schema: policy.schema,
    knownSchema: RAMP_SCHEMA,
    artefactFault: checked.kind === 'usable' ? null : checked.reason,
    artefactBytes: JSON.stringify(policy).length,
    replay: { choices, failures, outside },
    effectiveSampleSize,
    meanWeight,
    costDifference,
    championCost: championCost['clippedDoublyRobust']!,
  };
}

interface MadePolicy {
  readonly modelId: string;
  readonly policy: RampPolicy;
  readonly before: PolicyBefore;
  readonly rewards: RewardSet;
  readonly estimate: RampEstimate;
  readonly replay: ChoiceReplay;
  readonly evidence: RampEvidence;
  readonly card: string;
}

function recordOf(
  options: TrainingOptions,
  { modelId, policy, before, rewards, estimate, replay, evidence, card }: MadePolicy,
): NewModel {
  const { algorithm, explorationFloor, schema } = policy;
  const { hash, finishedCount, unknownCount } = rewards;
  return trainedRecord(options, {
    modelId,
    artefact: policy,
    parentId: before.modelId,
    schemaHash: schema,
    dataSetHash: hash,
    simulatorVersion: `decision benchmark of ${options.codeVersion}`,
    seeds: [],
    backend: 'none',
    hyperParameters: { algorithm, explorationFloor, before: before.id },
    calibration: {},
    metrics: { rampGate: evidence, offPolicy: estimate, replay, finishedCount, unknownCount },
    modelCard: card,
  });
}

function refused(reason: string): TrainingOutcome {
  return { outcome: 'refused', reason };
}
