import { afterAll, beforeAll, describe, expect, inject } from 'vitest';
import type { LearningStorage } from '../../domain/index.ts';
import { openPostgresStorage } from '../../storage/index.ts';
import { createDatabase } from '../services/postgres.ts';
import { learningContract } from './learning-contract.ts';
import { storageContract } from './storage-contract.ts';

describe('PostgreSQL', () => {
  let storage: LearningStorage;
  let drop: () => Promise<void>;
  const errors: unknown[] = [];

  beforeAll(async () => {
    const database = await createDatabase(inject('postgresUrl'));
    drop = database.drop;
    storage = await openPostgresStorage({ databaseUrl: database.url, onError: (error) => errors.push(error) });
  });

  afterAll(async () => {
    await storage.close();
    await drop();
    expect(errors).toEqual([]);
  });

  storageContract(() => storage);
  learningContract(() => storage);
});
