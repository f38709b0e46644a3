export { openEmbeddedStorage, openPostgresStorage } from './open-storage.ts';
