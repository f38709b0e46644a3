import { describe, expect, it } from 'vitest';
import { Problem } from '../../../domain/index.ts';
import { readScenario } from '../../../simulation/benchmark/index.ts';
import { PUBLIC_NAMES, publicScenario } from './public-scenarios.ts';

const HARMFUL = { name: 'X', title: 'x', kind: 'harmful' };

function mistakesIn(scenario: object): readonly { path: string; message: string }[] {
  try {
    readScenario(scenario);
  } catch (error) {
    if (error instanceof Problem) return error.violations ?? [];
    throw error;
  }
  return [];
}

describe('scenarios', () => {
  it('of the public set are 24, each valid and named after its file', () => {
    expect(PUBLIC_NAMES).toHaveLength(24);
    for (const name of PUBLIC_NAMES) expect(publicScenario(name).name).toBe(name);
  });

  it('are of the kind that their letter says', () => {
    const kinds: Readonly<Record<string, string>> = { H: 'harmful', B: 'benign', D: 'dataFault' };
    for (const name of PUBLIC_NAMES) expect(publicScenario(name).kind).toBe(kinds[name[0]!]);
  });

  it.each([
    ['an unknown field', { ...HARMFUL, effect: [] }, '/', 'effect'],
    ['an unknown metric', { ...HARMFUL, effects: [{ metric: 'cpu', factor: 2 }] }, '/effects/0/metric', 'errors'],
    ['no size', { ...HARMFUL, effects: [{ metric: 'errors' }] }, '/effects/0', '"factor"'],
    ['two sizes', { ...HARMFUL, effects: [{ metric: 'errors', factor: 2, add: 1 }] }, '/effects/0', 'either'],
    ['an addition to latency', { ...HARMFUL, effects: [{ metric: 'latency', add: 5 }] }, '/effects/0', '"factor"'],
    [
      'a range the wrong way round',
      { ...HARMFUL, effects: [{ metric: 'errors', factor: { uniform: [9, 3] } }] },
      '/effects/0/factor/uniform',
      '[3, 9]',
    ],
    [
      'a logarithm of 0',
      { ...HARMFUL, effects: [{ metric: 'errors', factor: { logUniform: [0, 3] } }] },
      '/effects/0/factor/logUniform',
      'above 0',
    ],
    ['traffic of one arm', { ...HARMFUL, effects: [{ metric: 'traffic', factor: 2 }] }, '/effects/0', '"arm": "both"'],
    [
      'a slow segment',
      { ...HARMFUL, effects: [{ metric: 'slow', factor: 2, segmentShare: [0.1, 0.2] }] },
      '/effects/0',
      'segment',
    ],
    ['harm without an effect', HARMFUL, '/effects', 'needs an effect'],
    ['broken telemetry without a fault', { ...HARMFUL, kind: 'dataFault' }, '/faults', 'outage'],
    ['a loss of nothing', { ...HARMFUL, kind: 'dataFault', faults: [{ kind: 'lostErrors' }] }, '/faults/0', '"share"'],
  ])('with %s are refused with what to write', (_, scenario, path, hint) => {
    const mistakes = mistakesIn(scenario);
    expect(
      mistakes.some((mistake) => mistake.path === path && mistake.message.includes(hint)),
      JSON.stringify(mistakes),
    ).toBe(true);
  });
});
