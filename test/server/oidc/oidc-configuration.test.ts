import { describe, expect, it } from 'vitest';
import { readConfiguration } from '../../../server/index.ts';

const ENOUGH = {
  RAMPWRIGHT_PUBLIC_URL: 'https://flags.example.com/',
  RAMPWRIGHT_OIDC_ISSUER: 'https://id.example.com/realms/main',
  RAMPWRIGHT_OIDC_CLIENT_ID: 'rampwright',
  RAMPWRIGHT_OIDC_ROLES: '{"engineers": {"production": ["editor"]}}',
};

function mistakesIn(changes: Readonly<Record<string, string | undefined>>): string {
  try {
    readConfiguration({ ...ENOUGH, ...changes });
    return 'none';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('the provider to sign in with', () => {
  it('is read with what is usual for all that is left out', () => {
    expect(readConfiguration(ENOUGH).oidc).toEqual({
      issuer: 'https://id.example.com/realms/main',
      clientId: 'rampwright',
      clientSecret: null,
      name: 'id.example.com',
      scopes: 'openid profile email',
      tenant: 'default',
      rolesClaim: 'groups',
      rolesByValue: { engineers: { production: ['editor'] } },
      publicUrl: 'https://flags.example.com',
      allowsPlainHttp: false,
    });
    expect(readConfiguration({}).oidc).toBeUndefined();
  });

  it.each([
    ['http://id.example.com', /OIDC_ISSUER: must begin with https/],
    ['http://127.0.0.1.example.com', /OIDC_ISSUER: must begin with https/],
    ['http://localhost.example.com', /OIDC_ISSUER: must begin with https/],
    ['ftp://id.example.com', /OIDC_ISSUER: must begin with https/],
    ['id.example.com', /OIDC_ISSUER: must begin with https/],
    ['https://me:secret@id.example.com', /OIDC_ISSUER: .*no password/],
    ['https://id.example.com/?realm=main', /OIDC_ISSUER: must end with the path/],
  ])('may not be %s', (issuer, mistake) => {
    expect(mistakesIn({ RAMPWRIGHT_OIDC_ISSUER: issuer })).toMatch(mistake);
  });

  it.each(['http://127.0.0.1:9000', 'http://localhost:9000', 'http://[::1]:9000'])('may be %s', (issuer) => {
    expect(mistakesIn({ RAMPWRIGHT_OIDC_ISSUER: issuer })).toBe('none');
  });

  it('may be asked by http where the operator says so', () => {
    const changes = { RAMPWRIGHT_OIDC_ISSUER: 'http://dex.internal:5556', RAMPWRIGHT_OIDC_ALLOW_HTTP: 'on' };
    expect(mistakesIn(changes)).toBe('none');
    expect(readConfiguration({ ...ENOUGH, ...changes }).oidc?.allowsPlainHttp).toBe(true);
  });

  it.each([
    [{ RAMPWRIGHT_PUBLIC_URL: undefined }, /needs RAMPWRIGHT_PUBLIC_URL/],
    [{ RAMPWRIGHT_OIDC_CLIENT_ID: undefined }, /needs RAMPWRIGHT_OIDC_CLIENT_ID/],
    [{ RAMPWRIGHT_OIDC_ROLES: undefined }, /needs RAMPWRIGHT_OIDC_ROLES/],
    [{ RAMPWRIGHT_OIDC_ISSUER: undefined }, /RAMPWRIGHT_OIDC_CLIENT_ID needs RAMPWRIGHT_OIDC_ISSUER/],
    [{ RAMPWRIGHT_OIDC_ROLES: '{' }, /OIDC_ROLES: is not JSON/],
    [{ RAMPWRIGHT_OIDC_ROLES: '["engineers"]' }, /OIDC_ROLES: is not an object/],
    [{ RAMPWRIGHT_OIDC_ROLES: '{"engineers": {"*": ["owner"]}}' }, /"engineers" needs roles.*viewer, editor/],
    [{ RAMPWRIGHT_OIDC_ROLES: '{"engineers": "admin"}' }, /"engineers" needs roles/],
    [{ RAMPWRIGHT_OIDC_SCOPES: 'profile email' }, /must have "openid"/],
    [{ RAMPWRIGHT_OIDC_ALLOW_HTTP: 'yes' }, /neither on nor off/],
  ])('is refused with a mistake: %j', (changes, mistake) => {
    expect(mistakesIn(changes)).toMatch(mistake);
  });
});
