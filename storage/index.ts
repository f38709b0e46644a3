export { checkRows, type KnownGeneration } from './check-rows.ts';
export type { TenantWall } from './database.ts';
export type { EmbeddedStorage, SqlStorage } from './open-storage.ts';
export { openEmbeddedStorage, openPostgresStorage } from './open-storage.ts';
