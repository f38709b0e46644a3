import { describe } from 'vitest';
import type { LearningStorage } from '../../domain/index.ts';
import { auditContract } from './audit-contract.ts';
import { labelsContract } from './labels-contract.ts';
import { modelReviewsContract } from './model-reviews-contract.ts';
import { modelsContract } from './models-contract.ts';
import { shadowScoresContract } from './shadow-scores-contract.ts';
import { trainingRunsContract } from './training-runs-contract.ts';
import { webhooksContract } from './webhooks-contract.ts';

/** What every storage must keep for learning, of who did what, and for who is told; `get` returns the one that is open while the tests run. */
export function learningContract(get: () => LearningStorage): void {
  describe('labels', () => labelsContract(get));
  describe('models', () => modelsContract(get));
  describe('training runs', () => trainingRunsContract(get));
  describe('audit', () => auditContract(get));
  describe('webhooks', () => webhooksContract(get));
  describe('model reviews', () => modelReviewsContract(get));
  describe('shadow scores', () => shadowScoresContract(get));
}
