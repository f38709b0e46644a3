import { existsSync } from 'node:fs';
import { chmod, cp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';

/** A cluster with the schema and nothing in it, made when this was built; beside the compiled module. */
const PREPARED = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../dist/storage/prepared-cluster' : './prepared-cluster', import.meta.url),
);

/**
 * Opens the database in a directory, and creates it where there is none; rejects when it cannot be opened.
 *
 * A new one is made beside its place and then moved there: whoever is killed meanwhile leaves none that is half made.
 */
export async function openCluster(dataDirectory: string): Promise<PGlite> {
  if (!existsSync(join(dataDirectory, 'PG_VERSION'))) await createCluster(dataDirectory);
  return PGlite.create(dataDirectory);
}

/** PostgreSQL takes ten seconds to make one from nothing, which is only done where none was prepared. */
async function createCluster(dataDirectory: string): Promise<void> {
  const unfinished = `${dataDirectory}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  if (existsSync(PREPARED)) await cp(PREPARED, unfinished, { recursive: true });
  else await (await PGlite.create(unfinished)).close();
  // Nobody else on this machine may read it.
  await chmod(unfinished, 0o700);
  await rename(unfinished, dataDirectory);
}
