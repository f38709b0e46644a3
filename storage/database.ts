import pg from 'pg';
import { asProblem } from './connection-failure.ts';
import { type Statement, sql } from './statement.ts';

/** Runs one statement and returns its rows. */
export type Query = <Row>(statement: Statement) => Promise<readonly Row[]>;

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

/** A pool of connections, with the rules that `pg` leaves to its users. */
export class Database {
  readonly #pool: pg.Pool;
  readonly #options: DatabaseOptions;

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

  /** Runs one statement by itself; Problem `unavailable` when the database cannot be reached. */
  readonly query: Query = (statement) => this.#withClient((query) => query(statement));

  /** Runs `work` in one transaction, which is undone when `work` rejects. Inside, use only the `query` that it is given. */
  transaction<T>(work: (query: Query) => Promise<T>): Promise<T> {
    return this.#withClient(async (query) => {
      await query(sql`begin`);
      try {
        const result = await work(query);
        await query(sql`commit`);
        return result;
      } catch (error) {
        // Where even this fails, the connection has failed, and the client is discarded.
        await query(sql`rollback`).catch(() => {});
        throw error;
      }
    });
  }

  /** Waits for statements in flight, then closes all connections. */
  async close(): Promise<void> {
    await this.#pool.end();
  }

  /**
   * The only place that checks a client out. A client in use emits `error` when its server dies, which would end the
   * process; and one whose connection is in doubt must not go back to the pool.
   */
  async #withClient<T>(work: (query: Query) => Promise<T>): Promise<T> {
    const client = await this.#connect();
    let failure: unknown;
    const onClientError = (error: unknown) => {
      failure = error;
    };
    client.on('error', onClientError);
    const query: Query = async <Row>(statement: Statement) => {
      if (failure !== undefined) throw asProblem(failure);
      try {
        const result = await client.query({ text: statement.text, values: [...statement.values] });
        return result.rows as Row[];
      } catch (error) {
        const problem = asProblem(error);
        if (problem !== error) failure = error;
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

  async #connect(): Promise<pg.PoolClient> {
    try {
      return await this.#pool.connect();
    } catch (error) {
      throw asProblem(error);
    }
  }
}

/** `pg` gives this error no code. */
function isQueryTimeout(error: unknown): boolean {
  return error instanceof Error && error.message === 'Query read timeout';
}
