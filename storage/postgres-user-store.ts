import {
  ALL_ENVIRONMENTS,
  type Authorship,
  canonicalJson,
  type Identity,
  type NewUser,
  Problem,
  SESSION_IDLE_MS,
  type Session,
  type StoredSession,
  type User,
  type UserChange,
  type UserStore,
} from '../domain/index.ts';
import type { Database } from './database.ts';
import { sql } from './statement.ts';

interface UserRow {
  readonly user: User;
}

/** People and their sessions in PostgreSQL; of passwords and secrets only hashes. */
export class PostgresUserStore implements UserStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async createUser(user: NewUser, { actor, reason }: Authorship): Promise<User> {
    const { tenant, displayName, roles, passwordHash } = user;
    const { issuer = null, subject = null } = user.identity ?? {};
    const audited = { displayName, roles, isDisabled: false, ...(issuer === null ? {} : { issuer }) };
    const [created] = await this.#database.of(tenant).query<UserRow>(sql`
      with created as (
        insert into user_account as u (tenant, user_name, display_name, roles, password_hash, issuer, subject)
        values (${tenant}, ${user.user}, ${displayName}, ${JSON.stringify(roles)}::json, ${passwordHash}, ${issuer},
                ${subject})
        on conflict do nothing returning u.*, user_json(u) as json
      )
      select json as user, record_audit(tenant, ${ALL_ENVIRONMENTS}, ${actor}, 'userCreated', 'user', user_name,
                                        ${reason ?? null}, ${canonicalJson(audited)})
        from created`);
    if (created === undefined) throw new Problem('userExists', `"${user.user}"`);
    return created.user;
  }

  async listUsers(tenant: string): Promise<readonly User[]> {
    const rows = await this.#database.of(tenant).query<UserRow>(sql`
      select user_json(u) as user from user_account u where tenant = ${tenant} order by user_name`);
    return rows.map(({ user }) => user);
  }

  async changeUser(tenant: string, name: string, change: UserChange, by: Authorship): Promise<User | undefined> {
    const { displayName = null, isDisabled = null, passwordHash = null } = change;
    const roles = change.roles === undefined ? null : JSON.stringify(change.roles);
    const isSignedOut = passwordHash !== null || isDisabled === true;
    const audited = { displayName, roles: change.roles ?? null, isDisabled, hasNewPassword: passwordHash !== null };
    const [changed] = await this.#database.of(tenant).query<UserRow>(sql`
      with changed as (
        update user_account u
           set display_name = coalesce(${displayName}::text, u.display_name),
               roles = coalesce(${roles}::json, u.roles),
               is_disabled = coalesce(${isDisabled}::boolean, u.is_disabled),
               password_hash = coalesce(${passwordHash}::text, u.password_hash)
         where u.tenant = ${tenant} and u.user_name = ${name}
        returning u.*, user_json(u) as json
      ), signed_out as (
        delete from user_session s using changed c
         where s.tenant = c.tenant and s.user_name = c.user_name and ${isSignedOut}::boolean
      )
      select json as user, record_audit(tenant, ${ALL_ENVIRONMENTS}, ${by.actor}, 'userChanged', 'user', user_name,
                                        ${by.reason ?? null}, ${canonicalJson(audited)})
        from changed`);
    return changed?.user;
  }

  async findUser(tenant: string, name: string): Promise<(User & { readonly passwordHash: string | null }) | undefined> {
    const [found] = await this.#database.of(tenant).query<UserRow & { readonly passwordHash: string | null }>(sql`
      select user_json(u) as user, password_hash as "passwordHash" from user_account u
       where tenant = ${tenant} and user_name = ${name} and not is_disabled`);
    return found && { ...found.user, passwordHash: found.passwordHash };
  }

  async findIdentity(tenant: string, { issuer, subject }: Identity): Promise<User | undefined> {
    const [found] = await this.#database.of(tenant).query<UserRow>(sql`
      select user_json(u) as user from user_account u
       where tenant = ${tenant} and issuer = ${issuer} and subject = ${subject}`);
    return found?.user;
  }

  async createSession({ tenant, sessionId, user, secretHash, expiresAtMs }: Session): Promise<void> {
    await this.#database.of(tenant).query(sql`
      insert into user_session (tenant, session_id, user_name, secret_hash, expires_at_ms)
      values (${tenant}, ${sessionId}, ${user}, ${secretHash}, ${expiresAtMs})`);
  }

  async findSession(sessionId: string): Promise<StoredSession | undefined> {
    const [found] = await this.#database.acrossTenants.query<StoredSession>(sql`
      select s.session_id as "sessionId", s.tenant, s.secret_hash as "secretHash", s.expires_at_ms as "expiresAtMs",
             s.seen_at_ms as "seenAtMs", user_json(u) as user
        from user_session s join user_account u on u.tenant = s.tenant and u.user_name = s.user_name
       where s.session_id = ${sessionId} and not u.is_disabled and s.expires_at_ms > (select now_ms())
         and s.seen_at_ms > (select now_ms()) - ${SESSION_IDLE_MS}::bigint`);
    return found;
  }

  async touchSession(tenant: string, sessionId: string): Promise<void> {
    await this.#database.of(tenant).query(sql`
      update user_session set seen_at_ms = now_ms() where tenant = ${tenant} and session_id = ${sessionId}`);
  }

  async endSession(tenant: string, sessionId: string): Promise<void> {
    await this.#database.of(tenant).query(sql`
      delete from user_session where tenant = ${tenant} and session_id = ${sessionId}`);
  }

  async endSessionsOf(tenant: string, user: string): Promise<void> {
    await this.#database.of(tenant).query(sql`
      delete from user_session where tenant = ${tenant} and user_name = ${user}`);
  }
}
