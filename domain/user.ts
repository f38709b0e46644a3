import type { Authorship } from './ports.ts';
import type { RolesByEnvironment } from './role.ts';

/** A person of a tenant, without what proves who they are. */
export interface User {
  readonly tenant: string;
  /** What they sign in with, an e-mail address or a name; never reused. */
  readonly user: string;
  readonly displayName: string;
  readonly roles: RolesByEnvironment;
  readonly isDisabled: boolean;
  readonly createdAtMs: number;
  /** The provider that vouches for them; null: they were made here. */
  readonly issuer: string | null;
}

/** A person as a provider of identities knows them. */
export interface Identity {
  readonly issuer: string;
  /** What the provider calls them, and never anybody else. */
  readonly subject: string;
}

/** A person to be stored; without a password they cannot sign in by one. */
export type NewUser = Pick<User, 'tenant' | 'user' | 'displayName' | 'roles'> & {
  readonly passwordHash: string | null;
  /** Who they are to a provider; absent: to none. */
  readonly identity?: Identity;
};

/** What may change of a person; what is absent stays. */
export type UserChange = Partial<Pick<User, 'displayName' | 'roles' | 'isDisabled'>> & {
  readonly passwordHash?: string;
};

/** A person who is signed in somewhere. */
export interface Session {
  readonly sessionId: string;
  readonly tenant: string;
  readonly user: string;
  readonly secretHash: Uint8Array;
  /** When it ends, however much it is used. */
  readonly expiresAtMs: number;
}

/** A session with the person as they are now. */
export interface StoredSession extends Omit<Session, 'user'> {
  readonly user: User;
  readonly seenAtMs: number;
}

/** People and their sessions. A person who is disabled, or has a new password, is signed out everywhere. */
export interface UserStore {
  /** Problem `userExists`: of this name, or with this identity. */
  createUser(user: NewUser, authorship: Authorship): Promise<User>;
  /** By name. */
  listUsers(tenant: string): Promise<readonly User[]>;
  /** The person as they are then; undefined when there is none of this name. */
  changeUser(tenant: string, user: string, change: UserChange, authorship: Authorship): Promise<User | undefined>;
  /** A person who is not disabled, with their password's hash; undefined when there is none. */
  findUser(tenant: string, user: string): Promise<(User & { readonly passwordHash: string | null }) | undefined>;
  /** The person with this identity, disabled or not; undefined when there is none. */
  findIdentity(tenant: string, identity: Identity): Promise<User | undefined>;
  createSession(session: Session): Promise<void>;
  /** A session that is not over; undefined when it is, or when its person is disabled. */
  findSession(sessionId: string): Promise<StoredSession | undefined>;
  /** Notes that a session is in use. */
  touchSession(tenant: string, sessionId: string): Promise<void>;
  endSession(tenant: string, sessionId: string): Promise<void>;
  /** Signs a person out everywhere. */
  endSessionsOf(tenant: string, user: string): Promise<void>;
}

/** A session that was not used for so long is over. */
export const SESSION_IDLE_MS = 8 * 3_600_000;

/** A session is over after so long, used or not. */
export const SESSION_LIFE_MS = 7 * 86_400_000;
