export { checkRows, type KnownGeneration } from './check-rows.ts';
export type { EmbeddedStorage } from './open-storage.ts';
export { openEmbeddedStorage, openPostgresStorage } from './open-storage.ts';
