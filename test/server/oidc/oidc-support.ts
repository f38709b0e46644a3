import { readConfiguration } from '../../../server/index.ts';
import { freePort } from '../../services/free-port.ts';
import { CLIENT_ID, CLIENT_SECRET, type Person, TestOidcProvider } from '../../services/oidc-provider.ts';
import { startTestServer, type TestServer } from '../running-server.ts';

/** Where the provider sends people back to. */
export const CALLBACK = '/api/v1/sign-in/oidc/callback';

/** A server whose people sign in with a provider, configured as its users do it. */
export async function startServerWithProvider(changes: Parameters<typeof startTestServer>[0] = {}): Promise<{
  readonly server: TestServer;
  readonly provider: TestOidcProvider;
}> {
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  const provider = await TestOidcProvider.start(`${publicUrl}${CALLBACK}`);
  const { oidc } = readConfiguration({
    RAMPWRIGHT_PUBLIC_URL: `${publicUrl}/`,
    RAMPWRIGHT_OIDC_ISSUER: provider.issuer,
    RAMPWRIGHT_OIDC_CLIENT_ID: CLIENT_ID,
    RAMPWRIGHT_OIDC_CLIENT_SECRET: CLIENT_SECRET,
    RAMPWRIGHT_OIDC_NAME: 'Example',
    RAMPWRIGHT_OIDC_SCOPES: 'openid profile email groups',
    RAMPWRIGHT_OIDC_ROLES: '{"engineers": {"production": ["editor"]}, "owners": {"*": ["admin"]}}',
  });
  return { provider, server: await startTestServer({ port, publicUrl, oidc: oidc!, ...changes }) };
}

/** A person with a verified address, who may edit. */
export function aPerson(name: string, more: Readonly<Record<string, unknown>> = {}): Person {
  const email = `${name}@example.com`;
  return { sub: `sub-of-${name}`, name: `The ${name}`, email, email_verified: true, groups: ['engineers'], ...more };
}
