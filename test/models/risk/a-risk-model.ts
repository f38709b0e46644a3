import { type Network, NO_CALIBRATION, NO_SCALING, type RiskModelArtefact, schemaOf } from '../../../models/index.ts';

/** The features of the hand-made models. */
export const schema = schemaOf({ name: 'risk', version: 2 })!;

/** The index of a feature. */
export function at(name: string): number {
  const index = schema.features.findIndex((feature) => feature.name === name);
  if (index < 0) throw new Error(`no feature ${name}`);
  return index;
}

/** A logistic regression on features by name. */
export function logistic(bias: number, coefficients: Readonly<Record<string, number>>): Network {
  const inputs = schema.features.length;
  const kernel = schema.features.map(({ name }) => coefficients[name] ?? 0);
  return {
    inputs,
    hidden: [],
    heads: { harmful: { kind: 'linear', layer: { inputs, outputs: 1, kernel, bias: [bias] } } },
  };
}

/** A model of hand-made networks on features as they are. */
export function aRiskModel(ensemble: readonly Network[], changed: Partial<RiskModelArtefact> = {}): RiskModelArtefact {
  const all = (value: number) => schema.features.map(() => value);
  return {
    kind: 'risk',
    version: 'by hand',
    schema: { name: schema.name, version: schema.version, hash: schema.hash },
    standardisation: { mean: all(0), sd: all(1) },
    benignMean: all(0),
    harmTypes: [],
    ensemble,
    scaling: NO_SCALING,
    calibration: NO_CALIBRATION,
    origin: { backend: 'none', seed: 0, rowCount: 1, runCount: 1, harmfulShare: 0.5 },
    ...changed,
  };
}

/** A vector in which only these features are not 0; the least coverage is not 0 but its logarithm. */
export function aVector(values: Readonly<Record<string, number>>): readonly number[] {
  for (const name of Object.keys(values)) at(name);
  return schema.features.map(({ name }) => values[name] ?? 0);
}
