import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, it } from 'vitest';
import { rolloutUnderKills } from '../integration/rollout-under-kills.ts';
import { createDatabase } from '../services/postgres.ts';

const KILLS = 20;

it(`${KILLS} kills in the middle of a rollout lose nothing on the embedded database`, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'rampwright-kill-'));
  const figures = await rolloutUnderKills(KILLS, { RAMPWRIGHT_DATA_DIR: directory });
  console.log('embedded database:', figures);
  expect(figures.rampsSeen).toBeGreaterThan(KILLS);
  await rm(directory, { recursive: true, force: true });
});

it(`${KILLS} kills in the middle of a rollout lose nothing on PostgreSQL`, async () => {
  const database = await createDatabase(inject('postgresUrl'));
  const figures = await rolloutUnderKills(KILLS, { DATABASE_URL: database.url });
  console.log('PostgreSQL:', figures);
  expect(figures.rampsSeen).toBeGreaterThan(KILLS);
  await database.drop();
});
