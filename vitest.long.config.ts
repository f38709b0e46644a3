import { defineConfig, mergeConfig } from 'vitest/config';
import base from './vitest.compiled.config.ts';

const HOUR_MS = 3_600_000;

/** Experiments that take minutes: `npm run test:long`. */
const long = mergeConfig(base, defineConfig({ test: { testTimeout: HOUR_MS } }));
long.test = { ...long.test, include: ['test/long/**/*.test.ts'], exclude: ['**/node_modules/**'] };

export default long;
