import { oracleOf, ourPolicies, type Policy, peerPolicies, peerPolicy, type Scenario } from '../../simulation/index.ts';

/** The policy that knows the world it is in; it is made anew for each. */
const ORACLE = 'oracle';

/** Names of the policies that are meant: `ours`, `peers`, `oracle`, or names, such as "flagger/tuned-3". */
export function policyNames(wanted: readonly string[]): readonly string[] {
  const groups: Readonly<Record<string, readonly string[]>> = {
    ours: ourPolicies().map(({ name }) => name),
    peers: peerPolicies().map(({ name }) => name),
    [ORACLE]: [ORACLE],
  };
  const names = wanted.flatMap((name) => (Object.hasOwn(groups, name) ? groups[name]! : [name]));
  const unknown = names.filter((name) => name !== ORACLE && ordinary(name) === undefined);
  if (unknown.length > 0) {
    throw new Error(
      `no such policy: ${unknown.join(', ')}; there are: ours, peers, ${Object.values(groups).flat().join(', ')}`,
    );
  }
  return [...new Set(names)];
}

/** The policies of these names in one world. */
export function policiesFor(names: readonly string[], scenario: Scenario, seed: number): readonly Policy[] {
  return names.map((name) => (name === ORACLE ? oracleOf(scenario, seed) : ordinary(name)!));
}

function ordinary(name: string): Policy | undefined {
  return ourPolicies().find((policy) => policy.name === name) ?? peerPolicy(name);
}
