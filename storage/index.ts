export { checkRows, type KnownGeneration } from './check-rows.ts';
export { connectStorage } from './connect-storage.ts';
export type { TenantWall } from './database.ts';
export { openEmbeddedStorage, openPostgresStorage } from './open-storage.ts';
export type { SqlStorage, StorageConnection } from './stores-on.ts';
