import { defineConfig, mergeConfig } from 'vitest/config';
import { COMPILED, compiledSources } from './test/services/compiled-sources.ts';
import base from './vitest.config.ts';

/** All tests, on what `scripts/prepare.mjs` has just compiled: `npm test`. */
export default mergeConfig(
  base,
  defineConfig({ plugins: [compiledSources()], test: { server: { deps: { external: [COMPILED] } } } }),
);
