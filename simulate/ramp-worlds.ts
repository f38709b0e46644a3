import { type RampInWorld, type RampPlayer, rampInWorld } from '../simulation/index.ts';
import { readScenarios } from './read-scenarios.ts';

/** Seeds that nothing else is played with, neither to fit, nor to calibrate, nor to tell anybody how good it is. */
const GATE_SEEDS = [40_001, 40_002];

/**
 * The worlds that ramp policies are compared in before one takes another's place: every public scenario without data faults,
 * twice; with a limit about so many of them, spread over all.
 */
export function rampWorlds(limit = Number.POSITIVE_INFINITY): {
  readonly worldCount: number;
  play(world: number, player: RampPlayer): RampInWorld;
} {
  const all = readScenarios(undefined)
    .filter(({ kind }) => kind !== 'dataFault')
    .flatMap((scenario) => GATE_SEEDS.map((seed) => ({ scenario, seed })));
  const every = Math.max(1, Math.ceil(all.length / limit));
  const worlds = all.filter((_, index) => index % every === 0);
  return {
    worldCount: worlds.length,
    play: (world, player) => {
      const { scenario, seed } = worlds[world]!;
      return rampInWorld(scenario, seed, player);
    },
  };
}
