import * as client from 'openid-client';
import type { Clock } from '../../domain/index.ts';
import { SharedReadings } from '../shared-readings.ts';
import type { Claims } from './claims/roles-of-claims.ts';
import { limitedFetch } from './limited-fetch.ts';
import type { OidcConfiguration } from './oidc-configuration.ts';
import type { OidcFlow } from './oidc-flow.ts';

/** How long one request to the provider may take. */
const TIMEOUT_SECONDS = 5;

/** How long what was discovered is trusted: short, so that the page hears of a provider that is away. */
const DISCOVERED_MS = 15_000;

type Metadata = client.ServerMetadata;

/** Claims of which issuer and subject are those of a verified ID token. */
export type VerifiedClaims = Claims & { readonly iss: string; readonly sub: string };

/** The provider of identities, asked by the authorization code flow with PKCE. */
export class OidcProvider {
  /** Where the provider sends people back to. */
  readonly redirectUri: string;
  readonly #configuration: OidcConfiguration;
  readonly #clock: Clock;
  readonly #discoveries: SharedReadings<Metadata>;
  #discovered: { readonly metadata: Metadata; readonly atMs: number } | undefined;

  constructor(configuration: OidcConfiguration, clock: Clock, callbackPath: string) {
    this.#configuration = configuration;
    this.#clock = clock;
    this.redirectUri = `${configuration.publicUrl}${callbackPath}`;
    this.#discoveries = new SharedReadings(
      () => this.#discover(),
      (_issuer, metadata) => {
        this.#discovered = { metadata, atMs: clock.nowMs() };
      },
    );
  }

  /** Where to send a person, and what their browser has to keep until they come back. Rejects when the provider is away. */
  async begin(): Promise<{ readonly url: URL; readonly flow: OidcFlow }> {
    const party = await this.#party();
    const flow: OidcFlow = {
      startedAtMs: this.#clock.nowMs(),
      state: client.randomState(),
      nonce: client.randomNonce(),
      codeVerifier: client.randomPKCECodeVerifier(),
    };
    const url = client.buildAuthorizationUrl(party, {
      redirect_uri: this.redirectUri,
      response_type: 'code',
      scope: this.#configuration.scopes,
      state: flow.state,
      nonce: flow.nonce,
      code_challenge: await client.calculatePKCECodeChallenge(flow.codeVerifier),
      code_challenge_method: 'S256',
    });
    return { url, flow };
  }

  /**
   * What the provider says of the person who came back with this query.
   *
   * Signature, issuer, audience, times and nonce of the ID token are verified; rejects when anything is not as it should be.
   */
  async finish(query: string, flow: OidcFlow): Promise<VerifiedClaims> {
    const party = await this.#party();
    try {
      return await redeem(party, new URL(query, this.redirectUri), flow);
    } catch (error) {
      // It may have failed because what was discovered is out of date.
      this.#discovered = undefined;
      throw error;
    }
  }

  /** A party of its own for each sign-in: it reads the provider's keys anew, so they may be exchanged at any time. */
  async #party(): Promise<client.Configuration> {
    const { issuer, clientId, clientSecret, allowsPlainHttp } = this.#configuration;
    const known = this.#discovered;
    const isFresh = known !== undefined && this.#clock.nowMs() - known.atMs < DISCOVERED_MS;
    const metadata = isFresh ? known.metadata : await this.#discoveries.of(issuer);
    const party = new client.Configuration(metadata, clientId, {}, authentication(metadata, clientSecret));
    party[client.customFetch] = limitedFetch;
    party.timeout = TIMEOUT_SECONDS;
    client.enableNonRepudiationChecks(party);
    if (allowsPlainHttp) client.allowInsecureRequests(party);
    return party;
  }

  async #discover(): Promise<Metadata> {
    const { issuer, clientId, allowsPlainHttp } = this.#configuration;
    const found = await client.discovery(new URL(issuer), clientId, undefined, client.None(), {
      timeout: TIMEOUT_SECONDS,
      [client.customFetch]: limitedFetch,
      execute: allowsPlainHttp ? [client.allowInsecureRequests] : [],
    });
    return found.serverMetadata();
  }
}

async function redeem(party: client.Configuration, answer: URL, flow: OidcFlow): Promise<VerifiedClaims> {
  const tokens = await client.authorizationCodeGrant(party, answer, {
    expectedState: flow.state,
    expectedNonce: flow.nonce,
    pkceCodeVerifier: flow.codeVerifier,
  });
  const claims = tokens.claims()!;
  if (party.serverMetadata().userinfo_endpoint === undefined) return { ...claims };
  // Many say there what they leave out of the token; where both speak, the signed one is believed.
  return { ...(await client.fetchUserInfo(party, tokens.access_token, claims.sub)), ...claims };
}

/** How the client proves itself: by the Basic scheme, as is usual, unless the provider takes only the form. */
function authentication(metadata: Metadata, secret: string | null): client.ClientAuth {
  if (secret === null) return client.None();
  const methods = metadata.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
  return methods.includes('client_secret_basic') ? client.ClientSecretBasic(secret) : client.ClientSecretPost(secret);
}
