import type { ModelReview, NewLabel, NewModel, NewTrainingRun } from '../../domain/index.ts';

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

export function aModelReview(changes: Partial<ModelReview> = {}): ModelReview {
  return {
    kind: 'risk',
    modelId: 'risk-1',
    atMs: 10,
    sinceMs: 1,
    rollouts: { count: 40, novel: 3, novelLine: 0.2, leastCount: 20 },
    alarms: { runs: 30, alarms: 1, nominalShare: 0.02, log10: -0.2, lineLog10: 2 },
    drift: [
      { feature: 'traffic', index: 1 / 3, days: 2 },
      { feature: 'coverage', index: 0.05, days: 0 },
    ],
    driftLine: 0.2,
    calibration: { rollouts: 40, predicted: 0.2, realised: 0.25, pValue: 0.4, bins: [] },
    byBand: [{ band: 'low', benign: 30, falseAlarms: 1, harmful: 10, missed: 2 }],
    against: [],
    wasTakenBack: false,
    ...changes,
  };
}

export function aTrainingRun(changes: Partial<NewTrainingRun> = {}): NewTrainingRun {
  return { runId: aName('run'), kind: 'risk', trigger: 'operator', actor: 'tester', cutOffMs: 7, ...changes };
}

/** Moves of champions are made by "tester". */
export const FOR_TESTING = { actor: 'tester', reason: 'better on held-out rollouts' };
