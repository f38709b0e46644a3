import { afterAll, beforeAll, describe, expect, inject } from 'vitest';
import { openPostgresJobQueue } from '../../jobs/index.ts';
import { PATIENCE_MS } from '../services/patience.ts';
import { createDatabase } from '../services/postgres.ts';
import { jobQueueContract } from './job-queue-contract.ts';

describe('PostgreSQL', () => {
  let database: { readonly url: string; drop(): Promise<void> };
  const errors: unknown[] = [];

  beforeAll(async () => {
    database = await createDatabase(inject('postgresUrl'));
  });

  afterAll(async () => {
    await database.drop();
    expect(errors).toEqual([]);
  });

  jobQueueContract(async () =>
    openPostgresJobQueue(
      { connectionString: database.url },
      { onError: (error) => errors.push(error), answerMs: PATIENCE_MS },
    ),
  );
});
