import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { createDatabase } from '../services/postgres.ts';
import { rolloutUnderKills } from './rollout-under-kills.ts';

// The long run of the same experiment is `npm run test:long`.
const KILLS = 1;

describe('a server that is killed in the middle of a rollout', () => {
  it('goes on where it was, on the embedded database', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'rampwright-kill-'));
    const figures = await rolloutUnderKills(KILLS, { RAMPWRIGHT_DATA_DIR: directory });
    expect(figures.rampsSeen).toBeGreaterThan(KILLS);
    await rm(directory, { recursive: true, force: true });
  });

  it('goes on where it was, on PostgreSQL', async () => {
    const database = await createDatabase(inject('postgresUrl'));
    const figures = await rolloutUnderKills(KILLS, { DATABASE_URL: database.url });
    expect(figures.rampsSeen).toBeGreaterThan(KILLS);
    await database.drop();
  });
});
