import { describe, expect, it } from 'vitest';
import { figuresOf, paceRule, pooled, ruleLines } from '../../bench/bandit/rule-figures.ts';
import { APPETITES, PACES } from '../../models/index.ts';
import type { PaceWorld } from '../../simulation/index.ts';

const FACTORS = APPETITES.balanced;

/** A world in which the pace at a place saves so many hours. */
const world = (isHarmful: boolean, saved: readonly number[]): PaceWorld => ({
  scenario: isHarmful ? 'H1' : 'B1',
  seed: 1,
  isHarmful,
  choice: null,
  runs: PACES.map(({ pace }, place) => ({
    pace,
    costs: { harm: 0, hours: 3 - (saved[place] ?? 0), falseRollback: 0, move: 0, objective: 0 },
    isTakenBack: false,
  })),
});

const rulesIn = (worlds: readonly PaceWorld[]) =>
  new Map(
    PACES.map(({ pace }, place) => [
      paceRule(pace),
      figuresOf(worlds, FACTORS, ({ runs }) => runs.map((_, index) => (index === place ? 1 : 0))),
    ]),
  );

describe('what rules come to', () => {
  const bank = [world(true, [0, 1]), world(false, [0, 1])];
  const shop = [world(true, [0, 0, 2]), world(false, [0, 0, 2])];

  it('names the best pace of a tenant, and how much more the others cost', () => {
    const lines = ruleLines('bank', bank, rulesIn(bank));
    expect(lines[0]).toContain(
      `| bank | pace ${PACES[0]!.pace} | 12.00 | 0.00 [0.00, 0.00] | 4.00 [4.00, 4.00] | 0.000 | 0 of 1 |`,
    );
    expect(lines[1]).toContain(`pace ${PACES[1]!.pace}, the best | 8.00 | -4.00 [-4.00, -4.00]`);
  });

  it('finds one pace for all tenants, who count alike', () => {
    const lines = ruleLines('all alike', [...bank, ...shop], pooled([rulesIn(bank), rulesIn(shop)]));
    // The bank's best saves it 4 of 12 and the shop nothing, the shop's best saves that 8 of 12.
    expect(lines[1]).toContain(`pace ${PACES[1]!.pace} | 10.00`);
    expect(lines[2]).toContain(`pace ${PACES[2]!.pace}, the best | 8.00`);
    expect(lines[2]).toContain('0 of 2');
  });
});
