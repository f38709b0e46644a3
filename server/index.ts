export { newToken } from './api-keys.ts';
export { FIRST_ENVIRONMENT, FIRST_TENANT } from './bootstrap.ts';
export type { RunningServer } from './compose.ts';
export { startServer } from './compose.ts';
export type { Configuration } from './configuration.ts';
export { readConfiguration } from './configuration.ts';
