import { describe, expect, it } from 'vitest';
import { makeScoreCard, scoreCardJson, scoreCardText } from '../../../simulation/scorecard/index.ts';
import { textTable } from '../../../simulation/scorecard/text-table.ts';
import { aPlan, inventOutcomes } from './builders.ts';

describe('a text table', () => {
  it('aligns names to the left and figures to the right', () => {
    const rows = [
      ['', 'Loss', 'Harm'],
      ['a', '5.4', '−0.1'],
      ['longer name', '12.0', '0'],
    ];
    expect(textTable(rows, { maxWidth: 80, maxName: 30 })).toBe(
      ['             Loss  Harm', 'a             5.4  −0.1', 'longer name  12.0     0'].join('\n'),
    );
  });

  it('goes on below when it gets too wide, and cuts long names', () => {
    const rows = [
      ['', 'one', 'two', 'three'],
      ['a name without end', '1', '2', '3'],
    ];
    expect(textTable(rows, { maxWidth: 17, maxName: 6 })).toBe(
      ['        one  two', 'a nam…    1    2', '', '        three', 'a nam…      3'].join('\n'),
    );
  });
});

describe('a score card as text', () => {
  const plan = aPlan({ references: ['calm'], sweeps: [{ name: 'speed', policies: ['calm', 'brisk'] }] });
  const card = makeScoreCard(inventOutcomes({ calm: { haste: 0.5 }, brisk: { haste: 1.5 } }, 20), plan);
  const text = scoreCardText(card);

  it('is no wider than 120 characters, and has a table for every question', () => {
    for (const line of text.split('\n')) expect([...line].length).toBeLessThanOrEqual(120);
    for (const title of ['Policies, by loss', 'Mean cost of a run', 'Less calm', 'Hypervolume'])
      expect(text).toContain(title);
  });

  it('leaves scenarios out of tables that say nothing about them', () => {
    const [, costs = ''] = text.split('Mean cost of a run, by scenario\n\n');
    expect(costs.split('\n')[0]!.trim().split(/ +/)).toEqual(['H1', 'H2', 'B1', 'B10']);
  });

  it('as JSON reads back as the card, to six digits, with its keys in order', () => {
    const json = scoreCardJson(card);
    const parsed = JSON.parse(json);
    expect(Object.keys(parsed)).toEqual(Object.keys(card));
    expect(parsed.policies[0].figures.loss.value).toBeCloseTo(card.policies[0]!.figures.loss.value!, 4);
    for (const [digits] of json.matchAll(/\d+\.\d+/g))
      expect(Number(digits)).toBe(Number(Number(digits).toPrecision(6)));
  });
});
