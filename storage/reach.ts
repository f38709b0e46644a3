import pg from 'pg';
import type { Statement } from './statement.ts';

/** Whose rows a statement reaches, and the role under which policies hold for it; null: that of who connects. */
export interface Reach {
  readonly tenant: string;
  readonly role: string | null;
}

/** The role that owns nothing and passes no policy, made by the migration where that is allowed. */
export const TENANT_ROLE = 'rampwright_tenant';

/** What no tenant can be called: all of them. */
export const ALL_TENANTS = '*';

/** Begins a transaction that reaches no further; `characteristics` as in SQL. */
export function beginWithin(reach: Reach | null, characteristics = ''): Statement {
  const begin = `begin ${characteristics}`;
  if (reach === null) return { text: begin, values: [] };
  // Two statements in one message take no parameters.
  return { text: `${begin}; ${limitTo(reach.role, pg.escapeLiteral(reach.tenant))}`, values: [] };
}

/**
 * A query that reaches no further, in one round trip.
 *
 * What is sent before a Sync message is one transaction (PostgreSQL manual, "Pipelining"), so a setting that lasts for a
 * transaction lasts exactly for the statement behind it, and the next user of the connection finds none.
 */
export function queryWithin<Row extends pg.QueryResultRow>(
  reach: Reach,
  statement: NamedStatement,
  limitName: string | undefined,
): ReachingQuery<Row> {
  let settle: Settle<Row>;
  const rows = new Promise<readonly Row[]>((resolve, reject) => {
    settle = (error, results) => (error == null ? resolve(results!.at(-1)!.rows) : reject(error));
  });
  const config = { text: statement.text, name: statement.name, queryMode: 'extended' };
  const query = new pg.Query<Row>(config, [...statement.values], (error, results) => settle(error, results as never));
  const submit = query.submit as (connection: pg.Connection) => Error | null;
  query.submit = (connection) => {
    connection.stream.cork();
    try {
      sendAhead(connection as unknown as Messages, reach, limitName);
      return submit.call(query, connection);
    } finally {
      connection.stream.uncork();
    }
  };
  return { query, rows };
}

/** A statement, and the name under which it stays parsed; undefined: it does not. */
interface NamedStatement extends Statement {
  readonly name: string | undefined;
}

/** A query to be submitted, and its rows. */
interface ReachingQuery<Row> {
  readonly query: pg.Query;
  readonly rows: Promise<readonly Row[]>;
}

type Settle<Row> = (error: Error | null | undefined, results?: readonly { readonly rows: Row[] }[]) => void;

/** The messages of the extended protocol, as `pg` sends them. */
interface Messages {
  parse(message: { readonly text: string }): void;
  bind(message: { readonly statement: string; readonly values: readonly string[] }): void;
  describe(message: { readonly type: 'P' }): void;
  execute(message: object): void;
}

function sendAhead(connection: Messages, { tenant, role }: Reach, name = ''): void {
  if (name === '') connection.parse({ text: limitTo(role, '$1') });
  connection.bind({ statement: name, values: [tenant] });
  connection.describe({ type: 'P' });
  connection.execute({});
}

/** Sets for a transaction how far it reaches; one that stays parsed under a name has to be run by itself before. */
export function limit({ tenant, role }: Reach): Statement {
  return { text: limitTo(role, '$1'), values: [tenant] };
}

function limitTo(role: string | null, tenant: string): string {
  const takeRole = role === null ? '' : `, set_config('role', '${role}', true)`;
  return `select set_config('rampwright.tenant', ${tenant}, true)${takeRole}`;
}
