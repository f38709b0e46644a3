import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Configuration, newToken, startServer } from '../../server/index.ts';

/** A real server on a fresh embedded database, and a client of its API that holds an admin key. */
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

/** Starts a server on a free loopback port; its database vanishes with `close`. */
export async function startTestServer(changes: Partial<Configuration> = {}): Promise<TestServer> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'rampwright-test-'));
  const adminKey = newToken(['admin']).token;
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    databaseUrl: null,
    dataDirectory,
    adminKey,
    logLevel: 'silent',
    drainMs: 0,
    ...changes,
  });
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
      await rm(dataDirectory, { recursive: true, force: true });
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
