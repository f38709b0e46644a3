import type { NewLabel, NewModel, NewTrainingRun } from '../../domain/index.ts';

let count = 0;

/** A name that no other test knows. */
export function aName(word: string): string {
  return `${word}-${process.pid}-${count++}`;
}

export function aLabel(changes: Partial<NewLabel> = {}): NewLabel {
  return {
    labelId: aName('label'),
    rollout: 'new-checkout',
    generation: 1,
    verdict: 'regressed',
    source: 'operator',
    confidence: 0.9,
    author: 'tester',
    note: 'errors doubled',
    atMs: 1_000,
    ...changes,
  };
}

export function aModel(changes: Partial<NewModel> = {}): NewModel {
  return {
    modelId: aName('model'),
    kind: 'risk',
    environment: null,
    artefact: { layers: [[0.1, -1e-300, 1 / 3], []], bias: 2 },
    parentId: null,
    schemaHash: 'schema',
    dataSetHash: 'data',
    cutOffMs: 5,
    simulatorVersion: '1',
    seeds: [1, 2],
    codeVersion: '0.1.0',
    backend: 'cpu',
    libraryVersions: { tfjs: '4.22.0' },
    hyperParameters: { units: 16 },
    calibration: { thresholds: { low: null, high: 0.7 } },
    metrics: { auprc: [0.9, 0.88, 0.92] },
    modelCard: '# Risk\n',
    ...changes,
  };
}

export function aTrainingRun(changes: Partial<NewTrainingRun> = {}): NewTrainingRun {
  return { runId: aName('run'), kind: 'risk', trigger: 'operator', actor: 'tester', cutOffMs: 7, ...changes };
}

/** Moves of champions are made by "tester". */
export const FOR_TESTING = { actor: 'tester', reason: 'better on held-out rollouts' };
