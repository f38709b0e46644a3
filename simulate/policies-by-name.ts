import {
  oracleOf,
  ourModelPolicies,
  ourModelSpeeds,
  ourPolicies,
  ourSpeeds,
  PEERS,
  type Policy,
  peerPolicies,
  peerPolicy,
  type Scenario,
  type Sweep,
  type WorldOptions,
} from '../simulation/index.ts';
import { WrongInput } from './wrong-input.ts';

/** The policy that knows the world it is in; it is made anew for each. */
const ORACLE = 'oracle';

const OURS: ReadonlyMap<string, Policy> = new Map(
  [...ourPolicies(), ...ourModelPolicies(), ...ourSpeeds(), ...ourModelSpeeds()].map((policy) => [policy.name, policy]),
);

/** What the policies with the shipped models are called, and what they begin with. */
const WITH_MODELS = 'guardrails+model';

/** Names of the policies that are meant: `ours`, `peers`, `models`, `oracle`, or names, such as "flagger/grid-3". */
export function policyNames(wanted: readonly string[]): readonly string[] {
  const groups: Readonly<Record<string, readonly string[]>> = {
    ours: ourPolicies().map(({ name }) => name),
    peers: peerPolicies().map(({ name }) => name),
    models: ourModelPolicies().map(({ name }) => name),
    [ORACLE]: [ORACLE],
  };
  const names = wanted.flatMap((name) => (Object.hasOwn(groups, name) ? groups[name]! : [name]));
  const unknown = names.filter((name) => name !== ORACLE && ordinary(name) === undefined);
  if (unknown.length > 0) {
    throw new WrongInput(
      `no such policy: ${unknown.join(', ')}; there are: ours, peers, models, ${Object.values(groups).flat().join(', ')}`,
    );
  }
  return [...new Set(names)];
}

/** The policies of these names in one world. */
export function policiesFor(
  names: readonly string[],
  { scenario, seed }: { readonly scenario: Scenario; readonly seed: number },
  options: WorldOptions,
): readonly Policy[] {
  return names.map((name) => (name === ORACLE ? oracleOf(scenario, seed, options) : ordinary(name)!));
}

/** A sweep over the speeds of each rule among some policies. */
export function sweepsOf(names: readonly string[]): readonly Sweep[] {
  const ours = names.some((name) => OURS.has(name)) ? [{ name: 'guardrails', policies: namesOf(ourSpeeds()) }] : [];
  const withModels = names.some((name) => name.startsWith(WITH_MODELS))
    ? [{ name: WITH_MODELS, policies: namesOf(ourModelSpeeds()) }]
    : [];
  const peers = PEERS.filter(
    ({ name, speeds }) => speeds.length > 0 && names.some((one) => one.startsWith(`${name}/`)),
  );
  return [...ours, ...withModels, ...peers.map(({ name, speeds }) => ({ name, policies: namesOf(speeds) }))];
}

function namesOf(policies: readonly Policy[]): readonly string[] {
  return policies.map(({ name }) => name);
}

function ordinary(name: string): Policy | undefined {
  return OURS.get(name) ?? peerPolicy(name);
}
