import { defineConfig } from 'vitest/config';
import { MixedOrder } from './test/services/mixed-order.ts';
import { PATIENCE_MS } from './test/services/patience.ts';

// `rampwright-source` lets tests import '@rampwright/provider' without building it first.
const conditions = ['rampwright-source'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/long/**', '**/node_modules/**'],
    globalSetup: ['test/services/global-setup.ts'],
    // Two more than the default on two cores: many tests wait for servers.
    maxWorkers: 3,
    sequence: { sequencer: MixedOrder },
    // No module keeps what another test could see, so files may share them: importing took a quarter of the time.
    isolate: false,
    // Simulations allocate much that is soon forgotten.
    execArgv: ['--max-semi-space-size=64'],
    // Long ones cost nothing while tests pass, and a busy machine may take ten times as long as a quiet one.
    testTimeout: 2 * PATIENCE_MS,
    hookTimeout: 2 * PATIENCE_MS,
    expect: { poll: { timeout: PATIENCE_MS } },
  },
});
