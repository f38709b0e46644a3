import { createPrivateKey, generateKeyPairSync, type JsonWebKey, sign } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider, { type ProviderContext } from 'oidc-provider';

export const CLIENT_ID = 'rampwright';
export const CLIENT_SECRET = 'a secret for tests, known to everybody';
const SCOPES = 'openid profile email groups';

/** What the provider says of a person beside their subject. */
export type Person = Readonly<Record<string, unknown>> & { readonly sub: string };

type Changes = (claims: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

/** A provider of identities on loopback: `oidc-provider`, in which the next visitor is whom the test says, without asking. */
export class TestOidcProvider {
  readonly issuer: string;
  /** Who comes next; null: they say no. */
  visitor: Person | null = null;
  /** Makes other claims of those in an ID token, and signs them anew. */
  tamper: Changes | null = null;
  /** Whether tokens are signed with a key that the provider does not publish. */
  isForged = false;
  /** Status of every answer; null: the right one. */
  brokenStatus: number | null = null;
  readonly #server: Server;
  readonly #redirectUri: string;
  #listener: RequestListener = () => {};
  #key: JsonWebKey = {};

  private constructor(server: Server, redirectUri: string) {
    const { port } = server.address() as AddressInfo;
    this.issuer = `http://127.0.0.1:${port}`;
    this.#server = server;
    this.#redirectUri = redirectUri;
    server.on('request', (request, response) => {
      if (this.brokenStatus === null) this.#listener(request, response);
      else response.writeHead(this.brokenStatus).end();
    });
    this.rotateKeys();
  }

  /** Starts a provider that sends people back to this address. */
  static async start(redirectUri: string): Promise<TestOidcProvider> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new TestOidcProvider(server, redirectUri);
  }

  /** Signs with a new key from now on, and does not know the old one any more. */
  rotateKeys(): void {
    this.#key = newKey();
    const provider = new Provider(this.issuer, {
      clients: [
        {
          client_id: CLIENT_ID,
          client_secret: CLIENT_SECRET,
          redirect_uris: [this.#redirectUri],
          id_token_signed_response_alg: 'ES256',
        },
      ],
      jwks: { keys: [this.#key] },
      enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
      cookies: { keys: ['for tests'] },
      ttl: { Interaction: 600, Grant: 600, Session: 600, AccessToken: 600, IdToken: 600 },
      scopes: SCOPES.split(' '),
      claims: {
        openid: ['sub'],
        profile: ['name', 'preferred_username'],
        email: ['email', 'email_verified'],
        groups: ['groups'],
      },
      features: { devInteractions: { enabled: false } },
      interactions: { url: () => '/visit' },
      findAccount: (_context: ProviderContext, sub: string) => {
        const person = this.visitor;
        return { accountId: sub, claims: async () => ({ ...person, sub }) };
      },
      loadExistingGrant: async ({ oidc }: ProviderContext) => {
        const grant = new provider.Grant({ accountId: oidc.session.accountId, clientId: oidc.client.clientId });
        grant.addOIDCScope(SCOPES);
        await grant.save();
        return grant;
      },
    });
    provider.use(async (context, next) => {
      if (context.path !== '/visit') return this.#answer(context, next);
      const said =
        this.visitor === null
          ? { error: 'access_denied' }
          : { login: { accountId: this.visitor.sub, remember: false } };
      context.respond = false;
      await provider.interactionFinished(context.req, context.res, said, { mergeWithLastSubmission: false });
    });
    this.#listener = provider.callback();
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(context: ProviderContext, next: () => Promise<void>): Promise<void> {
    await next();
    if (context.path !== '/token' || (this.tamper === null && !this.isForged)) return;
    const body = context.body as { id_token?: string };
    if (body.id_token === undefined) return;
    const [header, payload] = body.id_token.split('.') as [string, string];
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const content = `${header}.${base64(this.tamper?.(claims) ?? claims)}`;
    const key = createPrivateKey({ key: this.isForged ? newKey() : this.#key, format: 'jwk' });
    const signature = sign('sha256', Buffer.from(content), { key, dsaEncoding: 'ieee-p1363' });
    context.body = { ...body, id_token: `${content}.${signature.toString('base64url')}` };
  }
}

let keys = 0;

function newKey(): JsonWebKey {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...privateKey.export({ format: 'jwk' }), kid: `key-${keys++}`, alg: 'ES256', use: 'sig' };
}

function base64(claims: object): string {
  return Buffer.from(JSON.stringify(claims)).toString('base64url');
}
