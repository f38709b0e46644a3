import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import {
  type ApiKey,
  type Clock,
  isOpenTo,
  type LivingKey,
  Problem,
  SESSION_LIFE_MS,
  type StoredSession,
  scopesOfRoles,
  type User,
  type UserStore,
} from '../domain/index.ts';
import { SharedReadings } from './shared-readings.ts';

/** How long a session is trusted without asking the database again: the longest that a change of roles takes to arrive. */
const CACHE_MS = 5_000;

/** A session in use is noted as such no more often than this. */
const TOUCH_MS = 60_000;

/** Most sessions remembered; above it the oldest are forgotten. */
const MAX_CACHED = 10_000;

/** What a holder's id begins with where a session stands for a key. */
const HOLDER = 'session:';

const PROOF = /^([A-Za-z0-9_-]{16})\.([A-Za-z0-9_-]{43})$/;

interface Cached {
  readonly session: StoredSession | undefined;
  readonly atMs: number;
}

/** People who are signed in: their sessions, with a cache so that not every request asks the database. */
export class Sessions {
  readonly #users: UserStore;
  readonly #clock: Clock;
  readonly #cache = new Map<string, Cached>();
  readonly #readings: SharedReadings<Cached>;

  constructor(users: UserStore, clock: Clock) {
    this.#users = users;
    this.#clock = clock;
    this.#readings = new SharedReadings(
      async (sessionId) => ({ session: await users.findSession(sessionId), atMs: clock.nowMs() }),
      (sessionId, cached) => this.#remember(sessionId, cached),
    );
  }

  /** Signs a person in; the answer proves it from now on. */
  async open({ tenant, user }: User): Promise<string> {
    const sessionId = randomBytes(12).toString('base64url');
    const secret = randomBytes(32).toString('base64url');
    const expiresAtMs = this.#clock.nowMs() + SESSION_LIFE_MS;
    await this.#users.createSession({ sessionId, tenant, user, secretHash: hashOf(secret), expiresAtMs });
    return `${sessionId}.${secret}`;
  }

  /** The session that a proof belongs to; undefined when it is forged, over or ended. */
  async authenticate(proof: string): Promise<StoredSession | undefined> {
    const [, sessionId, secret] = PROOF.exec(proof) ?? [];
    if (sessionId === undefined) return undefined;
    const session = await this.#find(sessionId);
    if (session === undefined || !timingSafeEqual(session.secretHash, hashOf(secret!))) return undefined;
    this.#touch(session);
    return session;
  }

  /** What stands for the key of a session that is still good, by the id of its holder; undefined when it is over. */
  async find(holderId: string): Promise<ApiKey | undefined> {
    const session = await this.#find(holderId.slice(HOLDER.length));
    return session && holderOf(session, null);
  }

  /** Those of the holders whose session is still good. */
  async listLiving(holderIds: readonly string[]): Promise<readonly LivingKey[]> {
    const found = await Promise.all(holderIds.map((holderId) => this.find(holderId)));
    return found.flatMap((holder) => (holder === undefined ? [] : [{ keyId: holder.keyId, previousUntilMs: null }]));
  }

  /** Forgets what is remembered of a person, after they were changed or signed out here; returns their holders' ids. */
  forget({ tenant, user }: Pick<User, 'tenant' | 'user'>): readonly string[] {
    const own = [...this.#cache].filter(([, { session }]) => session?.tenant === tenant && session.user.user === user);
    for (const [sessionId] of own) {
      this.#cache.delete(sessionId);
      this.#readings.forget(sessionId);
    }
    return own.map(([sessionId]) => `${HOLDER}${sessionId}`);
  }

  async #find(sessionId: string): Promise<StoredSession | undefined> {
    const cached = this.#cache.get(sessionId);
    if (cached !== undefined && this.#clock.nowMs() - cached.atMs < CACHE_MS) return cached.session;
    try {
      return (await this.#readings.of(sessionId)).session;
    } catch (error) {
      const isAway = error instanceof Problem && error.code === 'unavailable';
      if (isAway && cached?.session !== undefined && cached.session.expiresAtMs > this.#clock.nowMs())
        return cached.session;
      throw error;
    }
  }

  #remember(sessionId: string, cached: Cached): void {
    this.#cache.delete(sessionId);
    this.#cache.set(sessionId, cached);
    if (this.#cache.size > MAX_CACHED) this.#cache.delete(this.#cache.keys().next().value!);
  }

  /** Nobody waits for it: at worst a session is taken to be idle a minute too soon. */
  #touch({ tenant, sessionId, seenAtMs }: StoredSession): void {
    if (this.#clock.nowMs() - seenAtMs < TOUCH_MS) return;
    const cached = this.#cache.get(sessionId);
    if (cached?.session !== undefined) {
      const session = { ...cached.session, seenAtMs: this.#clock.nowMs() };
      this.#cache.set(sessionId, { ...cached, session });
    }
    this.#users.touchSession(tenant, sessionId).catch(() => {});
  }
}

/** Whether an id is that of a session's holder. */
export function isSessionHolder(keyId: string): boolean {
  return keyId.startsWith(HOLDER);
}

/** What stands for a key on requests of a session: what the person's roles allow in an environment, or with null in the tenant. */
export function holderOf({ sessionId, tenant, user, expiresAtMs }: StoredSession, environment: string | null): ApiKey {
  const scopes = scopesOfRoles(user.roles, environment);
  const { createdAtMs, displayName } = user;
  const keyId = `${HOLDER}${sessionId}`;
  return { keyId, tenant, environment: null, name: displayName, scopes, createdAtMs, expiresAtMs, isRevoked: false };
}

/** Whether a person's roles open an environment at all. */
export function opensEnvironment({ user }: StoredSession, environment: string): boolean {
  return isOpenTo(user.roles, environment);
}

function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
