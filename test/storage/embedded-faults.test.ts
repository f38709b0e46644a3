import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Database } from '../../storage/database.ts';
import { EmbeddedServer } from '../../storage/embedded-server.ts';
import { openEmbeddedStorage } from '../../storage/index.ts';
import { sql } from '../../storage/statement.ts';
import { PATIENCE_MS } from '../services/patience.ts';

const SCRIPT = fileURLToPath(new URL('../../dist/test/storage/write-until-killed.js', import.meta.url));
const SCOPE = { tenant: 'acme', environment: 'production' };

/** One for the whole file: a new database takes seconds to make. */
const directory = mkdtempSync(join(tmpdir(), 'rampwright-faults-'));

afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('a data directory', () => {
  const children: ChildProcess[] = [];

  afterAll(() => {
    for (const child of children) child.kill('SIGKILL');
  });

  // The first start makes the database, which takes seconds.
  beforeAll(async () => {
    await runScript(['0']).ended;
  });

  it('keeps what was written when the storage is closed, and the process then ends by itself', async () => {
    const { exitCode, revisions } = await runScript(['3']).ended;
    expect({ exitCode, revisions }).toEqual({ exitCode: 0, revisions: [1, 2, 3] });
    const storage = await openEmbeddedStorage({ directory, onError: () => {} });
    expect(await storage.flags.readFlag(SCOPE, 'checkout')).toMatchObject({ revision: 3 });
    await storage.close();
  });

  it('has every acknowledged write after kill -9 in mid-write, again and again', async () => {
    let before = 3;
    for (const writes of [5, 61]) {
      const { child, revisions, ended } = runScript([]);
      await expect.poll(() => revisions.length, { interval: 1 }).toBeGreaterThan(writes);
      child.kill('SIGKILL');
      await ended;
      const storage = await openEmbeddedStorage({ directory, onError: () => {} });
      const flag = await storage.flags.readFlag(SCOPE, 'checkout');
      const { version } = await storage.flags.readPublished(SCOPE);
      await storage.close();
      expect(revisions).toEqual(Array.from({ length: revisions.length }, (_, n) => before + 1 + n));
      expect(flag!.revision).toBeGreaterThanOrEqual(revisions.at(-1)!);
      expect(version).toBe(flag!.revision);
      before = flag!.revision;
    }
  });

  it('is refused to a second process, which is told who has it', async () => {
    const storage = await openEmbeddedStorage({ directory, onError: () => {} });
    const { exitCode, stderr } = await runScript(['1']).ended;
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain(`${directory} is in use by process ${process.pid}`);
    await expect(openEmbeddedStorage({ directory, onError: () => {} })).rejects.toThrow('this process itself');
    await storage.close();
  });

  it('begins anew when whoever made the database in it was stopped half-way, and is read by nobody else', async () => {
    const begun = join(directory, 'begun');
    mkdirSync(join(begun, 'postgres.unfinished', 'base'), { recursive: true });
    writeFileSync(join(begun, 'postgres.unfinished', 'PG_VERSION'), 'half');
    await (await openEmbeddedStorage({ directory: begun, onError: () => {} })).close();
    expect(readdirSync(begun).filter((name) => !name.startsWith('lock'))).toEqual(['postgres']);
    expect(statSync(join(begun, 'postgres')).mode & 0o777).toBe(0o700);
  });

  it('is given back when the database in it cannot be opened', async () => {
    const broken = join(directory, 'broken');
    mkdirSync(join(broken, 'postgres'), { recursive: true });
    writeFileSync(join(broken, 'postgres', 'PG_VERSION'), 'not a version');
    for (let attempt = 0; attempt < 2; attempt++) {
      await expect(openEmbeddedStorage({ directory: broken, onError: () => {} })).rejects.toThrow(
        `The embedded database in ${join(broken, 'postgres')} cannot be opened`,
      );
    }
  });

  /** The revisions that a child process has printed so far, and everything once it has ended. */
  function runScript(more: readonly string[]) {
    const child = spawn(process.execPath, [SCRIPT, directory, ...more]);
    children.push(child);
    const revisions: number[] = [];
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    let partial = '';
    child.stdout.on('data', (chunk) => {
      const lines = (partial + chunk).split('\n');
      partial = lines.pop()!;
      revisions.push(...lines.map(Number));
    });
    const ended = new Promise<{ exitCode: number | null; revisions: readonly number[]; stderr: string }>((resolve) => {
      child.once('close', (exitCode) => resolve({ exitCode, revisions, stderr }));
    });
    return { child, revisions, ended };
  }
});

describe('the embedded server', () => {
  let errors: unknown[] = [];
  let server: EmbeddedServer;
  let database: Database;

  beforeAll(async () => {
    server = await EmbeddedServer.start({
      dataDirectory: join(directory, 'postgres'),
      onError: (error) => errors.push(error),
    });
    database = openDatabase(PATIENCE_MS);
    await database.query(sql`create table note (n int)`);
  });

  beforeEach(() => {
    errors = [];
  });

  afterAll(async () => {
    await database.close();
    await server.stop();
  });

  it('gives every client its own answers when eight of them mix queries, transactions and errors', async () => {
    await database.query(sql`create table counter (n int)`);
    await database.query(sql`insert into counter values (0)`);
    const wrong: unknown[] = [];
    const client = async (id: number) => {
      const connection = await connect();
      const ask = async (n: number) => {
        const token = `${id}/${n}`;
        const queries = [
          () => connection.query('select $1::text as token', [token]),
          () => connection.query(`select '${token}' as token`),
          () => connection.query('select $1::text as token, $2::int as n, $3::jsonb as j', [token, n, '{}']),
          () => connection.query('select $1::text as token from generate_series(1, $2::int)', [token, 1 + (n % 9)]),
        ];
        const { rows } = await queries[(id + n) % queries.length]!();
        if (rows.length === 0 || rows.some((row) => row.token !== token)) wrong.push({ token, rows });
      };
      for (let n = 0; n < 60; n++) {
        await ask(n);
        if (n % 10 === 3) {
          await expect(connection.query('select 1 / $1::int', [0])).rejects.toMatchObject({ code: '22012' });
        }
        if (n % 10 !== 7) continue;
        await connection.query('begin');
        await connection.query('update counter set n = n + $1', [1]);
        await ask(n);
        await connection.query('commit');
      }
      await connection.end();
    };
    await Promise.all(Array.from({ length: 8 }, (_, id) => client(id)));
    expect(wrong).toEqual([]);
    expect(await database.query(sql`select n from counter`)).toEqual([{ n: 8 * 6 }]);
    expect(errors).toEqual([]);
  });

  it('serves on when a client leaves in the middle of a transaction', async () => {
    const leaver = await connect();
    await leaver.query('begin');
    await leaver.query('insert into note values ($1)', [99]);
    leaver.connection.stream.destroy();
    expect(await database.query(sql`select n from note where n = ${99}`)).toEqual([]);
  });

  it('serves on when a client leaves in the middle of a batch of messages', async () => {
    const leaver = await connect();
    const parsed = once(leaver.connection, 'parseComplete');
    leaver.connection.parse({ name: '', text: 'select 1', types: [] }, false);
    leaver.connection.flush();
    await parsed;
    leaver.connection.stream.destroy();
    const idle = await connect();
    const busy = await connect();
    expect((await busy.query('select 2 as n')).rows).toEqual([{ n: 2 }]);
    await Promise.all([idle.end(), busy.end()]);
  });

  it('is replaced on the same data when its thread dies, and tells so', async () => {
    await database.query(sql`insert into note values (${1})`);
    server.restart();
    await untilItAnswers();
    expect(await database.query(sql`select n from note`)).toEqual([{ n: 1 }]);
    expect(errors).toMatchObject([{ message: expect.stringContaining('a new one takes over') }]);
  });

  it('is replaced when a statement never ends', async () => {
    const hurried = openDatabase(500);
    const endless = hurried.query(sql`select count(*) from generate_series(1, 1e12)`);
    await expect(endless).rejects.toMatchObject({ code: 'unavailable' });
    await hurried.close();
    await untilItAnswers();
    expect(await database.query(sql`select n from note`)).toEqual([{ n: 1 }]);
    expect(errors.length).toBeGreaterThan(0);
  });

  function openDatabase(queryTimeoutMs: number): Database {
    return new Database({
      connection: { host: server.socketDirectory, user: 'postgres', database: 'postgres' },
      maxConnections: 1,
      connectTimeoutMs: PATIENCE_MS,
      queryTimeoutMs,
      onError: () => {},
      onQueryTimeout: () => server.restart(),
    });
  }

  /** A client whose protocol messages can be sent one by one. */
  async function connect() {
    const client = new pg.Client({ host: server.socketDirectory, user: 'postgres', database: 'postgres' });
    client.on('error', () => {});
    await client.connect();
    return client as pg.Client & { readonly connection: pg.Connection };
  }

  async function untilItAnswers(): Promise<void> {
    const ask = () =>
      database.query(sql`select 1`).then(
        () => errors.length > 0,
        () => false,
      );
    await expect.poll(ask, { interval: 20 }).toBe(true);
  }
});
