import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { verifyChain } from '../../server/audit/verify-chain.ts';
import type { Database, Query } from '../../storage/database.ts';
import { PostgresAuditLog } from '../../storage/postgres-audit-log.ts';
import { PostgresFlagStore } from '../../storage/postgres-flag-store.ts';
import { type Statement, sql } from '../../storage/statement.ts';
import { aFlag } from './builders.ts';
import { type OpenDatabase, openEmbedded, openPostgres } from './databases.ts';

const COUNT = 300;
const SCOPE = { tenant: 'acme', environment: 'production' };

describe.each([
  ['PostgreSQL', () => openPostgres(inject('postgresUrl'))],
  ['embedded', openEmbedded],
])('the audit in a database (%s)', (_, open) => {
  let opened: OpenDatabase;
  let audit: PostgresAuditLog;

  beforeAll(async () => {
    opened = await open();
    audit = new PostgresAuditLog(opened.database);
    const flags = new PostgresFlagStore(opened.database);
    await flags.createEnvironment(SCOPE);
    for (let n = 0; n < COUNT; n += 1) {
      await flags.writeFlag(SCOPE, `flag-${n % 7}`, { ...aFlag, metadata: { n } }, { actor: 'key:a', reason: `${n}` });
    }
  });
  afterAll(() => opened.close());

  it('is intact', async () => {
    expect(await verifyChain(audit, SCOPE)).toMatchObject({ isIntact: true, head: { sequence: COUNT }, fault: null });
  });

  it.each([
    ['changed', sql`update audit_entry set actor = 'key:b' where sequence = 7`],
    ['deleted', sql`delete from audit_entry where sequence = 7`],
    ['emptied', sql`truncate audit_entry`],
  ])('cannot be %s by a statement', async (__, statement) => {
    await expect(opened.database.query(statement)).rejects.toThrow('audit_entry is append-only');
  });

  it.each<[string, readonly Statement[], number]>([
    ['actor', [sql`update audit_entry set actor = 'key:b' where sequence = 150`], 150],
    ['time', [sql`update audit_entry set at_ms = at_ms + 1 where sequence = 151`], 151],
    ['reason', [sql`update audit_entry set reason = null where sequence = 1`], 1],
    ['target', [sql`update audit_entry set target = 'flag-x' where sequence = 20`], 20],
    ['new value', [sql`update audit_entry set after = replace(after, 'off', 'on') where sequence = 33`], 33],
    ['white space', [sql`update audit_entry set after = replace(after, ':', ': ') where sequence = 33`], 33],
    [
      'order',
      [
        sql`update audit_entry set sequence = -sequence where sequence in (200, 201)`,
        sql`update audit_entry set sequence = 401 + sequence where sequence < 0`,
      ],
      200,
    ],
    ['numbers', [sql`delete from audit_entry where sequence = 77`], 77],
    [
      'numbers, closed up again',
      [
        sql`delete from audit_entry where sequence = 77`,
        sql`update audit_entry set sequence = -sequence where sequence > 77`,
        sql`update audit_entry set sequence = -sequence - 1 where sequence < 0`,
      ],
      77,
    ],
    ['end', [sql`delete from audit_entry where sequence > 290`], 291],
    [
      'length',
      [
        sql`update audit_entry set sequence = -sequence where sequence >= 100`,
        sql`update audit_entry set sequence = 1 - sequence where sequence < 0`,
        sql`insert into audit_entry select (populate_record).* from (
              select jsonb_populate_record(e, '{"sequence": 100}') as populate_record
                from audit_entry e where sequence = 99) one`,
      ],
      100,
    ],
    ['head', [sql`update audit_head set hash = repeat('a', 64) where environment = 'production'`], COUNT],
  ])('shows a change of its %s, past the triggers', async (__, statements, sequence) => {
    const undone = new Error('undone');
    let check: unknown;
    const tampering = opened.database.transaction(async (query) => {
      await query(sql`alter table audit_entry disable trigger all`);
      for (const statement of statements) await query(statement);
      const inside = new PostgresAuditLog(onlyBy(query));
      check = await verifyChain(inside, SCOPE);
      throw undone;
    });
    await expect(tampering).rejects.toBe(undone);
    expect(check).toMatchObject({ isIntact: false, fault: { sequence } });
  });

  it('shows any entry that was replaced, with a hash that fits', async () => {
    const lines = await audit.readLines(SCOPE, { after: 0, through: COUNT, limit: COUNT });
    for (const sequence of [1, 2, 144, COUNT - 1]) {
      const { hash: _hash, ...entry } = { ...JSON.parse(lines[sequence - 1]!), actor: 'key:z' };
      const hash = createHash('sha256').update(JSON.stringify(entry)).digest('hex');
      let check: unknown;
      await opened.database
        .transaction(async (query) => {
          await query(sql`alter table audit_entry disable trigger all`);
          await query(sql`update audit_entry set actor = 'key:z', hash = ${hash} where sequence = ${sequence}`);
          check = await verifyChain(new PostgresAuditLog(onlyBy(query)), SCOPE);
          throw new Error('undone');
        })
        .catch(() => {});
      expect(check).toMatchObject({ isIntact: false, fault: { sequence: sequence + 1 } });
    }
  });
});

/** A database whose statements all run inside an open transaction. */
function onlyBy(query: Query): Database {
  return { of: () => ({ query }) } as unknown as Database;
}
