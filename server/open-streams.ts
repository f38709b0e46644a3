import { type ApiKey, type KeyStore, Problem } from '../domain/index.ts';

interface OpenStream {
  readonly openedAtMs: number;
  readonly end: () => void;
}

/**
 * The streams that are open at this process, by the key that opened them, so that they end with it.
 *
 * A key that is revoked here ends its streams at once; `sweep`, called every few seconds, finds those that were revoked
 * elsewhere, that expired, or whose streams may have been opened with a secret that is no longer good.
 */
export class OpenStreams {
  readonly #nowMs: () => number;
  readonly #limitOf: (tenant: string) => number | null;
  readonly #byKey = new Map<string, Set<OpenStream>>();
  readonly #countByTenant = new Map<string, number>();

  /** `limitOf` a tenant: as many streams as it may have open here; null: as many as it likes. */
  constructor(nowMs: () => number, limitOf: (tenant: string) => number | null = () => null) {
    this.#nowMs = nowMs;
    this.#limitOf = limitOf;
  }

  /**
   * Remembers a stream until the returned function is called; `end` must be safe to be called on a closed one.
   *
   * Problem `tooManyStreams` when the tenant has as many as it may have.
   */
  add({ keyId, tenant }: Pick<ApiKey, 'keyId' | 'tenant'>, end: () => void): () => void {
    this.#take(tenant);
    const stream = { openedAtMs: this.#nowMs(), end };
    const streams = this.#byKey.get(keyId) ?? new Set();
    this.#byKey.set(keyId, streams.add(stream));
    return () => {
      if (streams.delete(stream)) this.#countByTenant.set(tenant, this.#countByTenant.get(tenant)! - 1);
      if (streams.size === 0 && this.#byKey.get(keyId) === streams) this.#byKey.delete(keyId);
    };
  }

  #take(tenant: string): void {
    const count = this.#countByTenant.get(tenant) ?? 0;
    const limit = this.#limitOf(tenant);
    if (limit !== null && count >= limit)
      throw new Problem('tooManyStreams', `the tenant has ${count} open here, of ${limit} that it may have`);
    this.#countByTenant.set(tenant, count + 1);
  }

  /** Ends all streams of a key. */
  endAllOf(keyId: string): void {
    for (const { end } of [...(this.#byKey.get(keyId) ?? [])]) end();
  }

  /** Ends the streams whose key is no longer good; rejects, and ends none, while the database is away. */
  async sweep(keys: Pick<KeyStore, 'listLiving'>): Promise<void> {
    const asked = [...this.#byKey.keys()];
    if (asked.length === 0) return;
    const previousUntilMs = new Map(
      (await keys.listLiving(asked)).map((living) => [living.keyId, living.previousUntilMs]),
    );
    for (const keyId of asked) {
      const untilMs = previousUntilMs.get(keyId);
      if (untilMs === undefined) this.endAllOf(keyId);
      else if (untilMs !== null && untilMs <= this.#nowMs()) this.#endOpenedBefore(keyId, untilMs);
    }
  }

  /** They may have been opened with the old secret; whoever has the new one comes back at once. */
  #endOpenedBefore(keyId: string, untilMs: number): void {
    for (const { openedAtMs, end } of [...(this.#byKey.get(keyId) ?? [])]) if (openedAtMs < untilMs) end();
  }
}
