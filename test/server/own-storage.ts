import { afterAll, inject } from 'vitest';
import type { LearningStorage } from '../../domain/index.ts';
import { openPostgresStorage } from '../../storage/index.ts';
import { createDatabase } from '../services/postgres.ts';

/** A storage on a PostgreSQL database of its own for the tests of one file, gone after them. */
export async function ownStorage(): Promise<LearningStorage> {
  const database = await createDatabase(inject('postgresUrl'));
  const storage = await openPostgresStorage({ databaseUrl: database.url, onError: () => {} });
  afterAll(async () => {
    await storage.close();
    await database.drop();
  });
  return storage;
}
