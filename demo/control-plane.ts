import type { ListedDecision, Rollout } from '../domain/index.ts';
import type { Page } from './shop-behaviour.ts';

const ENVIRONMENT = '/api/v1/environments/production';
const SECOND_MS = 1_000;

/** Rollouts of the demo are hurried: seconds stand for what would be hours. */
const PLAN = {
  stages: [5_000, 20_000, 50_000, 95_000].map((coverage) => ({ coverage, dwellMs: 8 * SECOND_MS })),
  holdback: 5_000,
  bakeMs: 12 * SECOND_MS,
  windowMs: SECOND_MS,
  attributionMs: SECOND_MS,
  burnInMs: SECOND_MS,
  alpha: 0.01,
  minExposures: 50,
  // In seconds there is too little traffic to prove more.
  nonInferiorityMargin: 0.5,
  metrics: [{ metric: 'errors' }, { metric: 'latency' }],
} as const;

/** The management API as the demo uses it: plain HTTP, as any script would. */
export class ControlPlane {
  readonly #url: string;
  readonly #adminKey: string;

  constructor(url: string, adminKey: string) {
    this.#url = url;
    this.#adminKey = adminKey;
  }

  /** Makes a key for the shop. */
  async createServiceKey(): Promise<string> {
    const body = { name: 'shop', environment: 'production', scopes: ['evaluate', 'ingest'] };
    return (await this.#call<{ token: string }>('POST', '/api/v1/keys', body)).token;
  }

  /** Creates the page's flag, and a rollout of its treatment as a draft. */
  async plan({ flag, rollout, control, treatment }: Page): Promise<void> {
    await this.#call('PUT', `${ENVIRONMENT}/flags/${flag}`, {
      state: 'ENABLED',
      variants: { [control]: control, [treatment]: treatment },
      defaultVariant: control,
    });
    await this.#call('POST', `${ENVIRONMENT}/rollouts`, {
      ...PLAN,
      rollout,
      flag,
      control,
      treatments: [{ variant: treatment }],
    });
  }

  /** Starts the page's rollout. */
  async start({ rollout }: Page): Promise<void> {
    await this.#call('POST', `${ENVIRONMENT}/rollouts/${rollout}/start`, { reason: 'demo' });
  }

  /** Where the page's rollout stands. */
  async read({ rollout }: Page): Promise<Rollout> {
    return this.#call('GET', `${ENVIRONMENT}/rollouts/${rollout}`);
  }

  /** The newest decisions of the page's rollout, oldest first. */
  async decisions({ rollout }: Page): Promise<readonly Omit<ListedDecision, 'observation'>[]> {
    const { decisions } = await this.#call<{ decisions: ListedDecision[] }>(
      'GET',
      `${ENVIRONMENT}/rollouts/${rollout}/decisions?limit=100&onlyApplied=true`,
    );
    return decisions.reverse();
  }

  async #call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#adminKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return JSON.parse(text) as T;
  }
}
