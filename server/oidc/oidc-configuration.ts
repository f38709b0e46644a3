import { Compile } from 'typebox/compile';
import { ROLES, type RolesByEnvironment } from '../../domain/index.ts';
import { RolesSchema } from '../../domain/schema/index.ts';
import { FIRST_TENANT } from '../bootstrap.ts';
import type { RoleRules } from './claims/roles-of-claims.ts';

/** The provider of identities that people may sign in with. */
export interface OidcConfiguration extends RoleRules {
  readonly issuer: string;
  readonly clientId: string;
  /** null: a public client, which proves itself by PKCE alone. */
  readonly clientSecret: string | null;
  /** What the sign-in page calls the provider. */
  readonly name: string;
  /** What the provider is asked for, with spaces between. */
  readonly scopes: string;
  /** Where its people belong. */
  readonly tenant: string;
  /** Where this server is for people, without a slash at the end. */
  readonly publicUrl: string;
  /** Whether the provider may be asked without encryption. */
  readonly allowsPlainHttp: boolean;
}

/** The variables of a provider, as `VARIABLES` has all others. */
export const OIDC_VARIABLES: Readonly<Record<string, string>> = {
  RAMPWRIGHT_OIDC_ISSUER:
    'issuer of the OpenID Connect provider that people may sign in with (default none: passwords only)',
  RAMPWRIGHT_OIDC_CLIENT_ID: 'what this server is called there',
  RAMPWRIGHT_OIDC_CLIENT_SECRET:
    'its secret there, mostly as RAMPWRIGHT_OIDC_CLIENT_SECRET_FILE (default none: a public client)',
  RAMPWRIGHT_OIDC_NAME: 'what the sign-in page calls the provider (default: the host of the issuer)',
  RAMPWRIGHT_OIDC_SCOPES: 'scopes to ask for (default "openid profile email")',
  RAMPWRIGHT_OIDC_TENANT: `tenant of the people who sign in there (default ${FIRST_TENANT})`,
  RAMPWRIGHT_OIDC_ROLES_CLAIM: 'claim that says what people may do (default groups)',
  RAMPWRIGHT_OIDC_ROLES: 'JSON: roles by environment, by value of that claim: {"release-team": {"*": ["releaser"]}}',
  RAMPWRIGHT_OIDC_ALLOW_HTTP: 'on: the issuer may be asked by http though it is another machine (default off)',
};

const roles = Compile(RolesSchema);

/**
 * The provider that variables name, or undefined when they name none; adds what is wrong with them to `mistakes`.
 *
 * `text` reads a variable, `publicUrl` is that of this server.
 */
export function readOidc(
  text: (name: string) => string | null,
  publicUrl: string | null,
  mistakes: string[],
): OidcConfiguration | undefined {
  const read = (name: string) => text(`RAMPWRIGHT_OIDC_${name}`);
  const issuer = read('ISSUER');
  const given = Object.keys(OIDC_VARIABLES).filter((name) => text(name) !== null);
  if (issuer === null) {
    mistakes.push(...given.map((name) => `${name} needs RAMPWRIGHT_OIDC_ISSUER`));
    return undefined;
  }
  const [clientId, mapping, allowed] = [read('CLIENT_ID'), read('ROLES'), read('ALLOW_HTTP') ?? 'off'];
  const scopes = read('SCOPES') ?? 'openid profile email';
  if (clientId === null) mistakes.push('RAMPWRIGHT_OIDC_ISSUER needs RAMPWRIGHT_OIDC_CLIENT_ID');
  if (mapping === null) mistakes.push('RAMPWRIGHT_OIDC_ISSUER needs RAMPWRIGHT_OIDC_ROLES: without it nobody gets in');
  if (publicUrl === null)
    mistakes.push('RAMPWRIGHT_OIDC_ISSUER needs RAMPWRIGHT_PUBLIC_URL, to which the provider sends people back');
  if (allowed !== 'on' && allowed !== 'off')
    mistakes.push(`RAMPWRIGHT_OIDC_ALLOW_HTTP: "${allowed}" is neither on nor off`);
  if (!scopes.split(/\s+/).includes('openid')) mistakes.push('RAMPWRIGHT_OIDC_SCOPES: must have "openid"');
  const fault = faultOf(issuer, allowed === 'on');
  if (fault !== null) mistakes.push(`RAMPWRIGHT_OIDC_ISSUER: ${fault}`);
  const rolesByValue = readRoles(mapping ?? '{}', mistakes);
  if (fault !== null || clientId === null || publicUrl === null) return undefined;
  return {
    issuer,
    clientId,
    clientSecret: read('CLIENT_SECRET'),
    name: read('NAME') ?? new URL(issuer).host,
    scopes,
    tenant: read('TENANT') ?? FIRST_TENANT,
    rolesClaim: read('ROLES_CLAIM') ?? 'groups',
    rolesByValue,
    publicUrl: publicUrl.replace(/\/+$/, ''),
    allowsPlainHttp: new URL(issuer).protocol === 'http:',
  };
}

function faultOf(issuer: string, isHttpAllowed: boolean): string | null {
  const url = URL.canParse(issuer) ? new URL(issuer) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) return 'must begin with https:// and name a host';
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    return 'must end with the path, and hold no password';
  const isLoopback = /^(127(\.\d+){3}|localhost|\[::1\])$/.test(url.hostname);
  if (url.protocol === 'http:' && !isLoopback && !isHttpAllowed)
    return 'must begin with https://; RAMPWRIGHT_OIDC_ALLOW_HTTP=on allows http, and anybody on the way to sign in';
  return null;
}

function readRoles(json: string, mistakes: string[]): Readonly<Record<string, RolesByEnvironment>> {
  const complain = (what: string) => mistakes.push(`RAMPWRIGHT_OIDC_ROLES: ${what}`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch (error) {
    complain(`is not JSON: ${(error as Error).message}`);
    return {};
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    complain('is not an object with roles by environment under each value of the claim');
    return {};
  }
  const entries = Object.entries(parsed).filter(([value, given]) => {
    if (roles.Check(given)) return true;
    complain(`"${value}" needs roles by environment, such as {"*": ["viewer"]}; roles are ${ROLES.join(', ')}`);
    return false;
  });
  return Object.fromEntries(entries) as Readonly<Record<string, RolesByEnvironment>>;
}
