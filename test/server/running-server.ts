import { inject } from 'vitest';
import { type Configuration, newToken, startServer } from '../../server/index.ts';
import { createDatabase } from '../services/postgres.ts';

/** A real server on a fresh database, and a client of its API that holds an admin key. */
export interface TestServer {
  readonly url: string;
  readonly adminKey: string;
  /** Calls the API with the admin key. */
  call(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** A key with these scopes in the environment "production". */
  createKey(...scopes: readonly string[]): Promise<string>;
  close(): Promise<void>;
}

/** What the API answered. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of many forms
  readonly body: any;
}

/** Where the environment that a first start creates lives in the API. */
export const PRODUCTION = '/api/v1/environments/production';

/**
 * Starts a server on a free loopback port; its database vanishes with `close`.
 *
 * On the run's PostgreSQL, which takes a tenth of the time of a new embedded database; with a `dataDirectory` on that.
 */
export async function startTestServer(
  changes: Partial<Configuration> = {},
  parts: Parameters<typeof startServer>[1] = {},
): Promise<TestServer> {
  const isElsewhere = changes.databaseUrl !== undefined || changes.dataDirectory !== undefined;
  const database = isElsewhere ? undefined : await createDatabase(inject('postgresUrl'));
  const adminKey = newToken(['admin']).token;
  const configuration: Configuration = {
    host: '127.0.0.1',
    port: 0,
    databaseUrl: database?.url ?? null,
    dataDirectory: '',
    adminKey,
    logLevel: 'silent',
    drainMs: 0,
    rateLimit: 0,
    ...changes,
  };
  const server = await startServer(configuration, parts);
  const call: TestServer['call'] = (method, path, body, headers = {}) =>
    callApi(`${server.url}${path}`, method, body, { authorization: `Bearer ${adminKey}`, ...headers });
  return {
    url: server.url,
    adminKey,
    call,
    createKey: async (...scopes) =>
      (await call('POST', '/api/v1/keys', { name: scopes.join('+'), environment: 'production', scopes })).body.token,
    close: async () => {
      await server.close();
      await database?.drop();
    },
  };
}

/** One request; a string body is sent as it is, anything else as JSON. */
export async function callApi(
  url: string,
  method: string,
  body: unknown,
  headers: Readonly<Record<string, string>>,
): Promise<Answer> {
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(url, {
    method,
    headers: { ...(text === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(text === undefined ? {} : { body: text }),
  });
  const answer = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return {
    status: response.status,
    headers: response.headers,
    body: isJson && answer !== '' ? JSON.parse(answer) : answer,
  };
}
