import { type KnownSchema, schemaOf } from '../features/feature-sets.ts';
import { runOneHead } from '../network/run-network.ts';
import { standardise } from '../network/standardise.ts';
import { describeGroup, type GroupNumbers, numbersOf } from './group-numbers.ts';
import type { RiskModelArtefact } from './risk-artefact.ts';
import { riskScoreOf } from './score-risk.ts';

/** What one group of features adds to a score. */
export interface Contribution {
  readonly group: string;
  /** Drop of the logit when the group is as it is on average in benign rollouts. */
  readonly drop: number;
  readonly numbers: GroupNumbers;
  /** The same as a phrase. */
  readonly words: string;
}

/** Why a score is what it is. */
export interface RiskExplanation {
  readonly logit: number;
  /** The line that a smoothed score has to pass to alarm; +∞ where none can. */
  readonly threshold: number;
  /** The three groups that raise the score most, largest first; none that lowers it. */
  readonly contributions: readonly Contribution[];
  /** The metric whose treatment is most surely worse. */
  readonly largestZ: { readonly group: string; readonly z: number };
  /** The kind of simulated harm that it resembles most; null for a model without that head. */
  readonly likelyHarm: { readonly type: string; readonly probability: number } | null;
}

/** Explains the score of a vector by exact occlusion, group by group; null where there is no score. */
export function explainRisk(
  artefact: RiskModelArtefact,
  vector: readonly number[],
  threshold: number,
): RiskExplanation | null {
  const [schema, score] = [schemaOf(artefact.schema), riskScoreOf(artefact, vector)];
  if (schema === undefined || score === null) return null;
  const { logit } = score;
  const contributions = explainedGroups(schema)
    .map((group) => ({ group, drop: logit - logitOf(artefact, schema, occlude(artefact, schema, vector, group)) }))
    .filter(({ drop }) => drop > 0)
    .sort((a, b) => b.drop - a.drop || (a.group < b.group ? -1 : 1))
    .slice(0, SHOWN)
    .map(({ group, drop }) => {
      const numbers = numbersOf(schema, vector, group);
      const words = `${describeGroup(group, numbers)}, +${drop.toFixed(1)} of the score ${logit.toFixed(1)}`;
      return { group, drop, numbers, words };
    });
  const [type, probability] = Object.entries(score.harmTypes).sort(([, a], [, b]) => b - a)[0] ?? [null, 0];
  return {
    logit,
    threshold,
    contributions,
    largestZ: largestZ(schema, vector),
    likelyHarm: type === null ? null : { type, probability },
  };
}

const SHOWN = 3;

/** Masks say what is known, not what is wrong. */
function explainedGroups({ features, masks }: KnownSchema): readonly string[] {
  return [...new Set(features.filter((_, index) => !masks.includes(index)).map(({ group }) => group))];
}

function occlude(
  { benignMean }: RiskModelArtefact,
  { features }: KnownSchema,
  vector: readonly number[],
  group: string,
): readonly number[] {
  return vector.map((value, index) => (features[index]!.group === group ? benignMean[index]! : value));
}

function logitOf(artefact: RiskModelArtefact, { masks }: KnownSchema, vector: readonly number[]): number {
  const inputs = standardise(artefact.standardisation, masks, vector);
  const logits = artefact.ensemble.map((network) => runOneHead(network, 'harmful', inputs)[0]!);
  return logits.reduce((sum, logit) => sum + logit, 0) / logits.length;
}

function largestZ(schema: KnownSchema, vector: readonly number[]): { group: string; z: number } {
  return schema.features
    .flatMap(({ name, group }, index) => (name === `${group}.z` ? [{ group, z: vector[index]! }] : []))
    .reduce((largest, next) => (next.z > largest.z ? next : largest));
}
