import { EventEmitter, once } from 'node:events';
import { InMemStorageProvider, Unleash } from 'unleash-client';

type Repository = NonNullable<ConstructorParameters<typeof Unleash>[0]['repository']>;

/** Features and segments in the form in which Unleash's SDK fetches them. */
export interface UnleashSource {
  readonly features: readonly { readonly name: string }[];
  readonly segments?: readonly object[];
}

/** Unleash's SDK with these features, without a server and without metrics. */
export async function unleashSdk(source: UnleashSource): Promise<Unleash> {
  const sdk = new Unleash({
    appName: 'test',
    url: 'http://127.0.0.1:9/',
    disableMetrics: true,
    skipInstanceCountWarning: true,
    storageProvider: new InMemStorageProvider(),
    repository: new FixedRepository(source),
  });
  await once(sdk, 'ready');
  return sdk;
}

/** A source of features that never change. */
class FixedRepository extends EventEmitter implements Repository {
  readonly #features: ReturnType<Repository['getToggles']>;
  readonly #segments: readonly NonNullable<ReturnType<Repository['getSegment']>>[];

  constructor({ features, segments = [] }: UnleashSource) {
    super();
    this.#features = features as ReturnType<Repository['getToggles']>;
    this.#segments = segments as readonly NonNullable<ReturnType<Repository['getSegment']>>[];
  }

  getToggle(name: string) {
    return this.#features.find((feature) => feature.name === name);
  }

  getToggles() {
    return this.#features;
  }

  getTogglesWithSegmentData() {
    return [];
  }

  getSegment(id: number) {
    return this.#segments.find((segment) => segment.id === id);
  }

  stop() {}

  async start() {
    this.emit('ready');
  }
}
