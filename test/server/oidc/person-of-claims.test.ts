import { describe, expect, it } from 'vitest';
import { personOfClaims } from '../../../server/oidc/claims/person-of-claims.ts';
import { rolesOfClaims } from '../../../server/oidc/claims/roles-of-claims.ts';

const rules = {
  rolesClaim: 'groups',
  rolesByValue: {
    engineers: { production: ['viewer'], staging: ['editor'] },
    releasers: { production: ['releaser', 'viewer'] },
    owners: { '*': ['admin'] },
    guests: { '*': [] },
  },
} as const;

describe('the roles of a person', () => {
  it.each([
    ['one group', ['engineers'], { production: ['viewer'], staging: ['editor'] }],
    ['two groups add up', ['releasers', 'engineers'], { production: ['viewer', 'releaser'], staging: ['editor'] }],
    ['a single text instead of a list', 'owners', { '*': ['admin'] }],
    ['groups that mean nothing here', ['Engineers', 'others'], {}],
    ['a group without roles', ['guests'], {}],
    ['names that every object has', ['constructor', '__proto__', 'toString'], {}],
    ['no list of texts', [{ name: 'owners' }, 7, null, ['owners']], {}],
    ['an object', { owners: true }, {}],
    ['nothing', undefined, {}],
  ])('%s', (_what, groups, roles) => {
    expect(rolesOfClaims({ groups }, rules)).toEqual(roles);
  });

  it('come from the claim that was chosen, and from no inherited one', () => {
    expect(rolesOfClaims({ groups: ['owners'], team: 'engineers' }, { ...rules, rolesClaim: 'team' })).toEqual(
      rules.rolesByValue.engineers,
    );
    expect(rolesOfClaims(Object.create({ groups: ['owners'] }), rules)).toEqual({});
  });
});

describe('the name of a person', () => {
  it.each([
    [
      'a verified address',
      { email: 'Ada@Example.com', email_verified: true, preferred_username: 'ada' },
      'ada@example.com',
    ],
    ['an address of which nothing is known', { email: 'ada@example.com', preferred_username: 'ada' }, 'ada'],
    ['an unverified address', { email: 'ada@example.com', email_verified: false, preferred_username: 'ada' }, 'ada'],
    ['a truth that is a text', { email: 'ada@example.com', email_verified: 'true' }, 'sub-1'],
    ['a preferred address, unverified', { email_verified: false, preferred_username: 'boss@example.com' }, 'sub-1'],
    ['a preferred address from a directory', { preferred_username: 'ada@corp.example' }, 'ada@corp.example'],
    ['a preferred name that no user may have', { preferred_username: 'Ada Lovelace' }, 'sub-1'],
    ['an address that no user may have', { email: "o'ada@example.com", email_verified: true }, 'sub-1'],
    ['nothing but the subject', {}, 'sub-1'],
    ['a subject that no user may have', { sub: 'auth0|1' }, null],
    ['names of other forms', { sub: 7, preferred_username: ['ada'], email: {}, email_verified: true }, null],
  ])('%s', (_what, claims, user) => {
    expect(personOfClaims({ sub: 'sub-1', ...claims }, rules).user).toBe(user);
  });

  it('is shown as the provider has it, cut where it is too long, and not at all where it is empty', () => {
    const shown = (name: unknown) => personOfClaims({ sub: 'sub-1', name }, rules).displayName;
    expect(shown(' Ada Lovelace ')).toBe('Ada Lovelace');
    expect(shown('😀'.repeat(200))).toBe('😀'.repeat(100));
    for (const name of ['', '  ', null, 7]) expect(shown(name)).toBeNull();
  });
});
