import { defineConfig } from 'vitest/config';

// `rampwright-source` lets tests import '@rampwright/provider' without building it first.
const conditions = ['rampwright-source'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/long/**', '**/node_modules/**'],
    globalSetup: ['test/services/global-setup.ts'],
    // One more than the default on two cores: many tests wait for servers.
    maxWorkers: 2,
    // No module keeps what another test could see, so files may share them: importing took a quarter of the time.
    isolate: false,
    // Simulations allocate much that is soon forgotten.
    execArgv: ['--max-semi-space-size=64'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
