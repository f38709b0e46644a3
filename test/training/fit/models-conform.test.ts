import {
  checkNoveltyArtefact,
  checkRiskArtefact,
  type NoveltyModelArtefact,
  RISK_FEATURES_V2,
  type RiskModelArtefact,
  schemaOf,
  scoreNovelty,
  scoreRisk,
} from '../../../models/index.ts';
import { fitEnsemble } from '../../../training/fit/fit-ensemble.ts';
import { fitNoveltyModels, RISK_FIT, startBackend } from '../../../training/index.ts';
import { modelConforms } from '../../models/model-conformance.ts';
import { smallWorld } from './small-world.ts';

const { rows, runs } = smallWorld(16, 5);
const schema = schemaOf({ name: 'risk', version: 2 })!;
const settings = { ...RISK_FIT, batchSize: 64, epochs: 1 };

const vectors = runs.map(({ vectors: ofRun }) => ofRun.at(-1)!);
const maskNames = ['hasLatency', 'hasBusiness', 'hasSegments'];
const masks = schema.features.flatMap(({ name }, index) => (maskNames.includes(name) ? [index] : []));
const masked = vectors.map((vector) => vector.map((value, index) => (masks.includes(index) ? 0 : value)));
// Values that are not at the end of their clip.
const hidden = ['slow.z', 'business.z', 'slow.p95'].map((name) =>
  schema.features.findIndex((one) => one.name === name),
);

const riskModel = (hidden: readonly number[], harmTypes: readonly string[]) => async (seed: number) => {
  const backend = await startBackend();
  return fitEnsemble(
    {
      version: 'test',
      schema,
      seed,
      members: hidden.length === 0 ? 1 : 2,
      hidden,
      hasAllHeads: harmTypes.length > 0,
      harmTypes,
      settings,
      backend,
    },
    rows,
  ).model;
};

const risk = {
  answer: (artefact: RiskModelArtefact, vector: readonly number[]) => {
    const score = scoreRisk(artefact, vector);
    return score === null
      ? [null]
      : [score.logit, score.probability, score.sd, score.sharedIncident ?? 0, ...Object.values(score.harmTypes)];
  },
  reloaded: (json: unknown) => {
    const checked = checkRiskArtefact(json);
    return checked.kind === 'usable' ? checked.artefact : null;
  },
  vectors,
  masked,
  hidden,
};

modelConforms({ name: 'the risk model', fitted: riskModel([32, 16], ['errors', 'slow', 'conversions']), ...risk });
modelConforms({ name: 'logistic regression', fitted: riskModel([], []), ...risk });

const noveltyModel = (which: 'autoencoder' | 'components') => async (seed: number) => {
  const result = await fitNoveltyModels(rows, { version: 'test', schema: RISK_FEATURES_V2, seed, settings });
  if (result.kind === 'refused') throw new Error(result.reason);
  return result[which];
};

const novelty = {
  answer: (artefact: NoveltyModelArtefact, vector: readonly number[]) => [scoreNovelty(artefact, vector)],
  reloaded: (json: unknown) => {
    const checked = checkNoveltyArtefact(json);
    return checked.kind === 'usable' ? checked.artefact : null;
  },
  vectors,
  masked,
  hidden,
};

modelConforms({ name: 'the autoencoder', fitted: noveltyModel('autoencoder'), ...novelty });
modelConforms({ name: 'principal components', fitted: noveltyModel('components'), ...novelty });
