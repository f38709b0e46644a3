export { checkRows, type KnownGeneration } from './check-rows.ts';
export { openEmbeddedStorage, openPostgresStorage } from './open-storage.ts';
