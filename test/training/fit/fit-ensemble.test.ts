import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import {
  checkRiskArtefact,
  coefficientCount,
  type DenseLayer,
  explainRisk,
  runNetwork,
  schemaOf,
} from '../../../models/index.ts';
import { type EnsembleFit, fitEnsemble } from '../../../training/fit/fit-ensemble.ts';
import { type BackendName, RISK_FIT, startBackend } from '../../../training/index.ts';
import { seededDraws } from '../../models/seeded-draws.ts';
import { smallWorld } from './small-world.ts';

const { rows } = smallWorld(30, 3);

const fitOn = async (backend: BackendName, seed: number) =>
  fitEnsemble(
    {
      version: 'test',
      schema: schemaOf({ name: 'risk', version: 2 })!,
      seed,
      members: 2,
      hidden: [32, 16],
      hasAllHeads: true,
      harmTypes: ['conversions', 'errors', 'slow'],
      settings: { ...RISK_FIT, batchSize: 64, epochs: 2 },
      backend: await startBackend([backend]),
    },
    rows,
  ).model;

describe.each(['wasm', 'cpu'] as const)('an ensemble fitted on %s', (backend) => {
  it('has the same coefficients again for the same seed, to the last bit, and others for another', async () => {
    const first = await fitOn(backend, 11);
    expect(JSON.stringify(await fitOn(backend, 11))).toBe(JSON.stringify(first));
    expect((await fitOn(backend, 12)).ensemble).not.toEqual(first.ensemble);
    expect(first.ensemble[0]).not.toEqual(first.ensemble[1]);
  });
});

describe('a fitted network', () => {
  it('answers in plain TypeScript as in TensorFlow.js, to 1e-5', async () => {
    const { ensemble } = await fitOn('wasm', 5);
    const network = ensemble[0]!;
    const draws = seededDraws(99);
    const inputs = Array.from({ length: 50 }, () => Array.from({ length: network.inputs }, () => 2 * draws.normal()));
    for (const name of ['harmful', 'sharedIncident', 'dataFault', 'harmType']) {
      const { kind, layer } = network.heads[name]!;
      const model = sequential([...network.hidden.map((one) => [one, 'relu'] as const), [layer, kind]]);
      const answers = (model.predict(tf.tensor2d(inputs)) as tf.Tensor2D).arraySync();
      model.dispose();
      inputs.forEach((input, row) => {
        const own = runNetwork(network, input)[name]!;
        answers[row]!.forEach((answer, index) => {
          expect(Math.abs(own[index]! - answer)).toBeLessThan(1e-5);
        });
      });
    }
  });
});

type Activation = 'relu' | 'linear' | 'sigmoid' | 'softmax';

function sequential(parts: readonly (readonly [DenseLayer, Activation])[]): layers.Sequential {
  const model = layers.sequential();
  for (const [{ inputs, outputs, kernel, bias }, activation] of parts) {
    model.add(layers.layers.dense({ inputShape: [inputs], units: outputs, activation }));
    model.layers.at(-1)!.setWeights([tf.tensor2d([...kernel], [inputs, outputs]), tf.tensor1d([...bias])]);
  }
  return model;
}

describe('a network of the published size', () => {
  it('has 1 633 coefficients for 33 features', async () => {
    const { rows: few } = smallWorld(4, 6);
    const { model } = fitEnsemble(
      {
        version: 'test',
        schema: schemaOf({ name: 'risk', version: 1 })!,
        seed: 1,
        members: 1,
        hidden: [32, 16],
        hasAllHeads: false,
        harmTypes: [],
        settings: { ...RISK_FIT, epochs: 1 },
        backend: await startBackend(),
      },
      few.map((row) => ({ ...row, features: Array.from(row.features).slice(0, 33) })),
    );
    expect(coefficientCount(model.ensemble[0]!)).toBe(1633);
    expect(checkRiskArtefact(model).kind).toBe('usable');
  });
});

describe('sanity', () => {
  const plan = async (changed: Partial<EnsembleFit>): Promise<EnsembleFit> => ({
    version: 'test',
    schema: schemaOf({ name: 'risk', version: 2 })!,
    seed: 1,
    members: 1,
    hidden: [32, 16],
    hasAllHeads: true,
    harmTypes: [],
    settings: { ...RISK_FIT, epochs: 1 },
    backend: await startBackend(),
    ...changed,
  });

  it('lets a network learn one batch of random labels by heart', async () => {
    const draws = seededDraws(31);
    const batch = rows.slice(0, 32).map((row) => ({ ...row, label: draws.uniform() < 0.5 ? 0 : 1 }) as const);
    // Without masks nothing is hidden, so the rows stay the same in each epoch.
    const first33 = batch.map((row) => ({ ...row, features: Array.from(row.features).slice(0, 33) }));
    const settings = { learningRate: 1e-2, batchSize: 32, epochs: 300, penalty: 0 };
    const schema = schemaOf({ name: 'risk', version: 1 })!;
    const { epochLosses } = fitEnsemble(await plan({ schema, hasAllHeads: false, settings }), first33);
    expect(epochLosses[0]!.at(-1)).toBeLessThan(0.01);
  });

  it('keeps the heads for incidents and faults where nobody knows a kind of harm', async () => {
    const { model } = fitEnsemble(await plan({}), rows);
    expect(Object.keys(model.ensemble[0]!.heads)).toEqual(['harmful', 'sharedIncident', 'dataFault']);
    expect(checkRiskArtefact(model).kind).toBe('usable');
  });

  it('lets a feature that never differs explain nothing', async () => {
    const missing = schemaOf({ name: 'risk', version: 2 })!.features.findIndex(({ name }) => name === 'missingWindows');
    expect(new Set(rows.map(({ features }) => features[missing]))).toEqual(new Set([0]));
    const { model } = fitEnsemble(await plan({}), rows);
    for (const { features } of rows) {
      const groups = explainRisk(model, Array.from(features), 0)!.contributions.map(({ group }) => group);
      expect(groups).not.toContain('missingWindows');
    }
  });
});

describe('the backend', () => {
  it('is the first that starts, and says why those before it do not', async () => {
    const { name, version, unavailable } = await startBackend(['no such backend' as BackendName, 'cpu']);
    expect(name).toBe('cpu');
    expect(version).toMatch(/^4\./);
    expect(unavailable.map(({ name: tried }) => tried)).toEqual(['no such backend']);
    expect(unavailable[0]!.reason).not.toBe('');
    await expect(startBackend([])).rejects.toThrow('no backend');
  });
});
