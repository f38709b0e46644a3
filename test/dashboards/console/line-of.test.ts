import { describe, expect, it } from 'vitest';
import { lineOf } from '../../../dashboards/console/parts/flag/line-of.ts';

const TEXT = `{
  "state": "ENABLED",
  "variants": { "a/b": 1,
    "c": "}]\\",{" },
  "targeting": {
    "if": [
      { "==": [{ "var": "x" }, 1.5e3] },
      "c", null
    ]
  }
}
`;

describe('The line of a JSON pointer', () => {
  it.each([
    ['', 1],
    ['/state', 2],
    ['/variants/a~1b', 3],
    ['/variants/c', 4],
    ['/targeting/if', 6],
    ['/targeting/if/0/==/1', 7],
    ['/targeting/if/1', 8],
    ['/targeting/if/2', 8],
    ['/targeting/if/9', 6],
    ['/metadata/owner', 1],
    ['/state/deeper', 2],
  ])('%s is %i', (pointer, line) => {
    expect(lineOf(TEXT, pointer)).toBe(line);
  });

  it('is found in text without any spaces, too', () => {
    expect(lineOf(JSON.stringify(JSON.parse(TEXT)), '/targeting/if/1')).toBe(1);
  });
});
