import pg from 'pg';
import { asProblem } from './connection-failure.ts';
import { PreparedNames } from './prepared-names.ts';
import { ALL_TENANTS, beginWithin, limit, queryWithin, type Reach, TENANT_ROLE } from './reach.ts';
import { isRefusal } from './refusal.ts';
import { type Statement, sql } from './statement.ts';

/** Runs one statement and returns its rows. */
export type Query = <Row>(statement: Statement) => Promise<readonly Row[]>;

/** What runs statements, all with the same reach. */
export interface Session {
  /** Runs one statement by itself; Problem `unavailable` when the database cannot be reached. */
  readonly query: Query;
  /**
   * Runs `work` in one transaction, which is undone when `work` rejects. Inside, use only the `query` that it is given.
   * `characteristics` as in SQL, such as "read only".
   */
  transaction<T>(work: (query: Query) => Promise<T>, characteristics?: string): Promise<T>;
}

/**
 * What keeps tenants apart beside the conditions of the statements: a role of its own, which passes no policy; policies
 * that are forced on the owner; or nothing, because who connects passes every policy and may not take the role.
 */
export type TenantWall = 'role' | 'forced' | 'none';

/** SQLSTATEs of a role that may not be taken, or that is not there (PostgreSQL manual, appendix A). */
const INSUFFICIENT_PRIVILEGE = '42501';
const INVALID_PARAMETER_VALUE = '22023';

/** The connection does not know what it should have parsed, or knows something else by its name. */
const STRANGE_CONNECTION = ['26000', '42P05'];

/** Where the database is, and how long to wait for it. */
interface DatabaseOptions {
  readonly connection: pg.ClientConfig;
  readonly maxConnections: number;
  readonly connectTimeoutMs: number;
  /** When the client gives up on a statement; the server should have done so before. */
  readonly queryTimeoutMs: number;
  /** Told of failures that no caller waits for. */
  readonly onError: (error: unknown) => void;
  /** Told when a statement got no answer in time. */
  readonly onQueryTimeout: () => void;
  /** Parses statements anew each time: the one backend of an embedded database keeps what those who have left had named. */
  readonly namesNothing?: boolean;
}

/** `pg` waits for ever unless told otherwise. An embedded database ignores these three. */
const SERVER_TIMEOUTS = {
  statement_timeout: 10_000,
  lock_timeout: 5_000,
  idle_in_transaction_session_timeout: 15_000,
};

const BIGINT_OID: number = pg.types.builtins.INT8;

/** Every bigint of the schema is a count or a time below 2^53, so it is read as a number: here and nowhere else. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) => (oid === BIGINT_OID ? Number : pg.types.getTypeParser(oid, format)),
};

/**
 * A pool of connections, with the rules that `pg` leaves to its users.
 *
 * As it is, it runs statements as who connects: for the schema, and for looking past the stores. Stores take a session
 * of one tenant, or say that they need all.
 */
export class Database implements Session {
  readonly #pool: pg.Pool;
  readonly #options: DatabaseOptions;
  readonly #names = new PreparedNames();
  readonly #limited = new WeakMap<pg.PoolClient, string>();
  #tenantRole: string | null = null;

  constructor(options: DatabaseOptions) {
    this.#options = options;
    this.#pool = new pg.Pool({
      ...SERVER_TIMEOUTS,
      ...options.connection,
      types,
      max: options.maxConnections,
      connectionTimeoutMillis: options.connectTimeoutMs,
      query_timeout: options.queryTimeoutMs,
    });
    this.#pool.on('error', options.onError);
  }

  /** A session that sees and changes rows of one tenant only, whatever its statements say. */
  of(tenant: string): Session {
    return this.#within(() => ({ tenant, role: this.#tenantRole }));
  }

  /** A session for what is done for all tenants at once: claims, versions, keys that tell their tenant, clearing up. */
  readonly acrossTenants: Session = this.#within(() => ({ tenant: ALL_TENANTS, role: this.#tenantRole }));

  readonly #asConnected: Session = this.#within(() => null);
  readonly query: Query = this.#asConnected.query;

  transaction<T>(work: (query: Query) => Promise<T>, characteristics?: string): Promise<T> {
    return this.#asConnected.transaction(work, characteristics);
  }

  /** Takes the role of tenants for all sessions from now on, if that may be done; says what keeps tenants apart then. */
  async raiseWall(): Promise<TenantWall> {
    const [user] = await this.query<{ passes: boolean }>(sql`
      select rolsuper or rolbypassrls as passes from pg_roles where rolname = current_user`);
    const isUsable = await this.#mayWorkAs(TENANT_ROLE);
    this.#tenantRole = isUsable ? TENANT_ROLE : null;
    if (isUsable) return 'role';
    return user!.passes ? 'none' : 'forced';
  }

  /** Whether the role may be taken, and opens every table with policies: one that was made later opens none. */
  async #mayWorkAs(role: string): Promise<boolean> {
    try {
      return await this.transaction(async (query) => {
        await query(sql`select set_config('role', ${role}, true)`);
        const closed = await query(sql`
          select from pg_class where relforcerowsecurity and relnamespace = current_schema()::regnamespace
             and not has_table_privilege(oid, 'insert') limit 1`);
        return closed.length === 0;
      });
    } catch (error) {
      if (isRefusal(error, INSUFFICIENT_PRIVILEGE) || isRefusal(error, INVALID_PARAMETER_VALUE)) return false;
      throw error;
    }
  }

  /** Waits for statements in flight, then closes all connections. */
  async close(): Promise<void> {
    await this.#pool.end();
  }

  #within(reachNow: () => Reach | null): Session {
    return {
      query: (statement) => this.#withClient((query) => query(statement, reachNow())),
      transaction: (work, characteristics) =>
        this.#withClient(async (query) => {
          const reach = reachNow();
          await query(beginWithin(reach, characteristics), null);
          try {
            const result = await work((statement) => query(statement, null, reach !== null));
            await query(sql`commit`, null);
            return result;
          } catch (error) {
            // Where even this fails, the connection has failed, and the client is discarded.
            await query(sql`rollback`, null).catch(() => {});
            throw error;
          }
        }),
    };
  }

  /**
   * The only place that checks a client out. A client in use emits `error` when its server dies, which would end the
   * process; and one whose connection is in doubt must not go back to the pool.
   */
  async #withClient<T>(work: (query: ReachingQuery) => Promise<T>): Promise<T> {
    const client = await this.#connect();
    let failure: unknown;
    const onClientError = (error: unknown) => {
      failure = error;
    };
    client.on('error', onClientError);
    const query: ReachingQuery = async (statement, reach, staysParsed = reach !== null) => {
      if (failure !== undefined) throw asProblem(failure);
      try {
        return await this.#run(client, { ...statement, name: this.#nameOf(client, statement, staysParsed) }, reach);
      } catch (error) {
        const problem = asProblem(error);
        if (problem !== error || STRANGE_CONNECTION.some((code) => isRefusal(error, code))) failure = error;
        if (isQueryTimeout(error)) this.#options.onQueryTimeout();
        throw problem;
      }
    };
    try {
      return await work(query);
    } finally {
      client.off('error', onClientError);
      client.release(failure !== undefined);
    }
  }

  async #run<Row>(
    client: pg.PoolClient,
    statement: Statement & { readonly name: string | undefined },
    reach: Reach | null,
  ): Promise<readonly Row[]> {
    if (reach === null) {
      const { text, name, values } = statement;
      const result = await client.query({ text, name, values: [...values] } as pg.QueryConfig);
      return result.rows as Row[];
    }
    const limiting = limit(reach);
    const name = this.#nameOf(client, limiting, true);
    // The client of pg takes the first answer that something was parsed for one about its own statement.
    if (name !== undefined && this.#limited.get(client) !== name) {
      await client.query({ name, text: limiting.text, values: [...limiting.values] });
      this.#limited.set(client, name);
    }
    const { query, rows } = queryWithin(reach, statement, name);
    client.query(query);
    return rows as Promise<readonly Row[]>;
  }

  #nameOf(client: pg.PoolClient, { text }: Statement, staysParsed: boolean): string | undefined {
    return staysParsed && this.#options.namesNothing !== true ? this.#names.of(client, text) : undefined;
  }

  async #connect(): Promise<pg.PoolClient> {
    try {
      return await this.#pool.connect();
    } catch (error) {
      throw asProblem(error);
    }
  }
}

/** Runs one statement that reaches so far; null: as far as what surrounds it. */
type ReachingQuery = <Row>(statement: Statement, reach: Reach | null, staysParsed?: boolean) => Promise<readonly Row[]>;

/** `pg` gives this error no code. */
function isQueryTimeout(error: unknown): boolean {
  return error instanceof Error && error.message === 'Query read timeout';
}
