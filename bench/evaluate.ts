import { DEFAULT_SETTINGS } from '../domain/index.ts';
import { compileSnapshot, evaluate } from '../evaluator/index.ts';
import { compareSpeeds, describeSpeed, median, type Rival } from './cpu-time.ts';
import { CASE_FLAGS, CASES, isEligible, USERS, type User } from './evaluation-cases.ts';
import { createFlagd, createGrowthBook, createLaunchDarkly, createUnleash, type Peer } from './evaluation-peers.ts';

/*
 * Evaluations per CPU second beside other products, and what one evaluation allocates.
 * Run it with: node --import tsx --expose-gc bench/evaluate.ts
 */

const NOW_MS = 1_760_000_000_000;
const ROUNDS = 9;
const OUR_CALLS = 400_000;
const PEER_CALLS = 40_000;
const PEER_TARGET = 10;

const snapshot = compileSnapshot({
  environment: 'bench',
  epoch: 0,
  version: 1,
  flagSet: CASE_FLAGS,
  rollouts: [],
  settings: DEFAULT_SETTINGS,
});
const ours = (flagKey: string, user: User) => evaluate(snapshot, flagKey, user, NOW_MS).value === true;
const flagd = createFlagd();

await compareWithFlagd();
await compareWithPeers();
reportAllocation();

async function compareWithFlagd(): Promise<void> {
  for (const { flagKey, title, target } of CASES) {
    const different = USERS.find((user) => ours(flagKey, user) !== flagd(flagKey, user));
    if (different) throw new Error(`flagd-core disagrees on ${flagKey} for ${JSON.stringify(different)}.`);
    const callsPerRound = { rampwright: OUR_CALLS, flagd: OUR_CALLS };
    const rivals = { rampwright: overUsers(ours, flagKey), flagd: overUsers(flagd, flagKey) };
    const speeds = await compareSpeeds(rivals, { rounds: ROUNDS, callsPerRound });
    const ratio = speeds.rampwright.median / speeds.flagd.median;
    console.log(`${title}: rampwright ${describeSpeed(speeds.rampwright)}`);
    console.log(`  flagd-core ${describeSpeed(speeds.flagd)}, ratio ${ratio.toFixed(1)}, target ${target}`);
  }
}

async function compareWithPeers(): Promise<void> {
  const peers = {
    GrowthBook: createGrowthBook(),
    LaunchDarkly: await createLaunchDarkly(),
    Unleash: await createUnleash(),
  };
  for (const [name, peer] of Object.entries(peers)) await verifySplit(name, peer);
  const speeds = await compareSpeeds(
    {
      rampwright: overUsers(ours, 'targeted'),
      GrowthBook: overIndices(peers.GrowthBook),
      LaunchDarkly: overIndices(peers.LaunchDarkly),
      Unleash: overIndices(peers.Unleash),
    },
    {
      rounds: ROUNDS,
      callsPerRound: { rampwright: OUR_CALLS, GrowthBook: PEER_CALLS, LaunchDarkly: PEER_CALLS, Unleash: PEER_CALLS },
    },
  );
  console.log(`country, plan, version, then 50/50: rampwright ${describeSpeed(speeds.rampwright)}`);
  for (const name of ['GrowthBook', 'LaunchDarkly', 'Unleash'] as const) {
    const ratio = speeds.rampwright.median / speeds[name].median;
    console.log(`  ${name} ${describeSpeed(speeds[name])}, ratio ${ratio.toFixed(1)}, target ${PEER_TARGET}`);
  }
  for (const peer of Object.values(peers)) peer.close();
}

/** Nobody but those eligible may be on, and about half of them have to be: within four standard deviations. */
async function verifySplit(name: string, peer: Peer): Promise<void> {
  const served = await Promise.all(USERS.map((_, index) => peer.isOn(index)));
  const eligible = USERS.map(isEligible);
  if (served.some((isOn, index) => isOn && !eligible[index]))
    throw new Error(`${name} serves those who are not eligible.`);
  const eligibleCount = eligible.filter(Boolean).length;
  const share = served.filter(Boolean).length / eligibleCount;
  if (Math.abs(share - 0.5) > 4 * Math.sqrt(0.25 / eligibleCount))
    throw new Error(`${name} serves ${share} instead of a half.`);
  console.log(`${name}: ${(100 * share).toFixed(1)} % of ${eligibleCount} eligible users are on`);
}

function overUsers(isOn: (flagKey: string, user: User) => boolean, flagKey: string): Rival {
  return (callCount) => {
    let onCount = 0;
    for (let call = 0; call < callCount; call++) if (isOn(flagKey, USERS[call % USERS.length]!)) onCount++;
    return onCount;
  };
}

/** Awaits promises only: a peer that answers at once is not made to wait. */
function overIndices(peer: Peer): Rival {
  return async (callCount) => {
    let onCount = 0;
    for (let call = 0; call < callCount; call++) {
      const isOn = peer.isOn(call % USERS.length);
      if (typeof isOn === 'boolean' ? isOn : await isOn) onCount++;
    }
    return onCount;
  };
}

/** Growth of the heap over evaluations that are too few to cause a collection; the median of several times. */
function reportAllocation(): void {
  const { gc } = globalThis as { readonly gc?: () => void };
  if (gc === undefined) {
    console.log('allocation: not measured, run with --expose-gc');
    return;
  }
  const run = overUsers(ours, 'byKey');
  const empty = overUsers((_, user) => user.plan !== '', 'byKey');
  const bytesPerCall = (rival: Rival) => {
    const grown = Array.from({ length: 21 }, () => {
      gc();
      const before = process.memoryUsage().heapUsed;
      void rival(20_000);
      return process.memoryUsage().heapUsed - before;
    });
    return median(grown) / 20_000;
  };
  console.log(
    `allocation of a boolean flag with a split: ${(bytesPerCall(run) - bytesPerCall(empty)).toFixed(1)} bytes per evaluation`,
  );
}
