import type { ReportRow } from '../../domain/index.ts';
import { aRow } from '../server/builders.ts';
import { callApi, PRODUCTION, type TestServer } from '../server/running-server.ts';

const WINDOW_MS = 1_000;
const UNITS_PER_WINDOW = 400;

/** The least that a rollout of "thing" needs to be decided every second. */
export const HURRIED = {
  windowMs: WINDOW_MS,
  attributionMs: 0,
  burnInMs: 0,
  minExposures: 1,
  stages: [
    { coverage: 10_000, dwellMs: 0 },
    { coverage: 50_000, dwellMs: 600_000 },
    { coverage: 95_000, dwellMs: 600_000 },
  ],
  riskBudget: { metric: 'errors', badEvents: 50 },
};

/** Reports what a healthy service would: the last windows of both variants at the coverage that holds now. */
export class Traffic {
  readonly #server: TestServer;
  readonly #key: string;
  readonly #rollout: string;
  #sequence = 0;

  constructor(server: TestServer, key: string, rollout: string) {
    this.#server = server;
    this.#key = key;
    this.#rollout = rollout;
  }

  /** Reports the newest whole windows; those that are closed already count as late, and change nothing. */
  async report(): Promise<void> {
    const { state } = (await this.#server.call('GET', `${PRODUCTION}/rollouts/${this.#rollout}`)).body;
    const lastMs = Math.floor(Date.now() / WINDOW_MS - 1) * WINDOW_MS;
    const rows = [0, 1].flatMap((back) => this.#rowsOf(lastMs - back * WINDOW_MS, state.coverage));
    const report = { source: 'shop', epoch: 1, sequence: this.#sequence++, rows };
    await callApi(`${this.#server.url}/api/v1/reports`, 'POST', report, { authorization: `Bearer ${this.#key}` });
  }

  #rowsOf(startMs: number, coverage: number): readonly ReportRow[] {
    return (['on', 'off'] as const).map((variant) => {
      const share = variant === 'on' ? coverage : 100_000 - coverage;
      const units = Math.round((UNITS_PER_WINDOW * share) / 100_000);
      const counts = { units, newUnits: units, requests: units };
      const errors = { kind: 'rate', exposures: units, events: Math.round(units / 100) } as const;
      const latency = { kind: 'duration', exposures: units, bins: { '150': units } } as const;
      const window = { rollout: this.#rollout, coverage, variant, startMs, endMs: startMs + WINDOW_MS };
      return aRow({ ...window, ...counts, metrics: { errors, latency } });
    });
  }
}
