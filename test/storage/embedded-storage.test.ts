import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import type { LearningStorage } from '../../domain/index.ts';
import { openEmbeddedStorage } from '../../storage/index.ts';
import { learningContract } from './learning-contract.ts';
import { storageContract } from './storage-contract.ts';

describe('embedded', () => {
  const directory = mkdtempSync(join(tmpdir(), 'rampwright-test-'));
  const errors: unknown[] = [];
  let storage: LearningStorage;

  beforeAll(async () => {
    storage = await openEmbeddedStorage({ directory, onError: (error) => errors.push(error) });
  });

  afterAll(async () => {
    await storage.close();
    rmSync(directory, { recursive: true, force: true });
    expect(errors).toEqual([]);
  });

  storageContract(() => storage);
  learningContract(() => storage);
});
