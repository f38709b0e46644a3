import { plattProbability } from '../calibration/platt.ts';
import { isUsableVector, schemaOf } from '../features/feature-sets.ts';
import { type HeadOutputs, runNetwork, sigmoid } from '../network/run-network.ts';
import { standardise } from '../network/standardise.ts';
import type { RiskModelArtefact } from './risk-artefact.ts';

/** What the model makes of one stratum. */
export interface RiskScore {
  /** s: mean logit of the ensemble. */
  readonly logit: number;
  /** P(harmful), after Platt scaling and the shift to the prior in use. */
  readonly probability: number;
  /** Standard deviation of the members' σ(s_i), dividing by their number. */
  readonly sd: number;
  /** True where the members disagree too much to say anything: hold, never ramp. */
  readonly isUncertain: boolean;
  /** P(an incident that hits both sides); null for a model without that head. */
  readonly sharedIncident: number | null;
  /** P(the data are at fault); null for a model without that head. */
  readonly dataFault: number | null;
  /** Probability of each kind of harm, if it is harm. */
  readonly harmTypes: Readonly<Record<string, number>>;
}

/** sd of the members' probabilities above which the answer is uncertain. */
export const UNCERTAIN_SD = 0.25;

/** The model's score of a feature vector; null where the vector or the answer is unusable, so that it is dropped. */
export function scoreRisk(artefact: RiskModelArtefact, vector: ArrayLike<number>): RiskScore | null {
  const schema = schemaOf(artefact.schema);
  if (schema === undefined || !isUsableVector(schema, vector)) return null;
  const inputs = standardise(artefact.standardisation, schema.masks, vector);
  const answers = artefact.ensemble.map((network) => runNetwork(network, inputs));
  const logits = answers.map(({ harmful }) => harmful![0]!);
  const logit = mean(logits);
  const sd = standardDeviation(logits.map(sigmoid));
  const [sharedIncident, dataFault] = [meanOf(answers, 'sharedIncident'), meanOf(answers, 'dataFault')];
  if (![logit, sd, sharedIncident ?? 0, dataFault ?? 0].every(Number.isFinite)) return null;
  return {
    logit,
    probability: plattProbability(artefact.scaling, logit),
    sd,
    isUncertain: sd > UNCERTAIN_SD,
    sharedIncident,
    dataFault,
    harmTypes: Object.fromEntries(
      artefact.harmTypes.map((type, index) => [type, mean(answers.map(({ harmType }) => harmType![index]!))]),
    ),
  };
}

/** The same for a vector that nobody changes any more, worked out once: a decision asks for it as often as it tells of it. */
export function riskScoreOf(artefact: RiskModelArtefact, vector: readonly number[]): RiskScore | null {
  const known = scores.get(vector);
  if (known?.artefact === artefact) return known.score;
  const score = scoreRisk(artefact, vector);
  scores.set(vector, { artefact, score });
  return score;
}

const scores = new WeakMap<
  readonly number[],
  { readonly artefact: RiskModelArtefact; readonly score: RiskScore | null }
>();

function meanOf(answers: readonly HeadOutputs[], head: string): number | null {
  return answers.every((answer) => answer[head] !== undefined)
    ? mean(answers.map((answer) => answer[head]![0]!))
    : null;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function standardDeviation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
}
