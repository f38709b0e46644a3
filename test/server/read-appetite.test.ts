import { describe, expect, it } from 'vitest';
import { readAppetite } from '../../server/cli/replay/read-appetite.ts';

describe('an appetite on the command line', () => {
  it('is a name, or a weight for each part of the cost', () => {
    expect(readAppetite('careful')).toBe('careful');
    expect(readAppetite('objective=0,harm=200,hours=4,falseRollback=28,move=1e-1')).toEqual({
      harm: 200,
      hours: 4,
      falseRollback: 28,
      move: 0.1,
      objective: 0,
    });
  });

  it.each([
    ['hungry', '"hungry" is neither careful, balanced nor fast'],
    ['harm=200,speed=4', '"speed" is no part of the cost; there are harm, hours'],
    ['harm=200,hours=4', 'nothing is said of falseRollback, move, objective'],
    ['harm=200,harm=100', '"harm" is named twice'],
    ['harm=much', '"harm=much" has no number'],
    ['harm=', '"harm=" has no number'],
    ['harm=0,hours=4,falseRollback=28,move=0.1,objective=0', 'harm must be >= 1'],
    ['harm=1,hours=4,falseRollback=2000,move=0.1,objective=0', 'falseRollback must be <= 1000'],
  ])('is refused with what is wrong with it: %s', (text, words) => {
    expect(() => readAppetite(text)).toThrow(`--appetite: ${words}`);
  });
});
