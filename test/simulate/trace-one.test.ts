import { describe, expect, it } from 'vitest';
import { traceOne } from '../../simulate/index.ts';

describe('a traced run', () => {
  it('is told in words: windows, decisions and their reasons, then the outcome', () => {
    const text = traceOne({ run: ['H1', '3', 'flagger/shipped'], isJson: false });
    expect(text).toMatch(/^H1, seed 3, flagger\/shipped: errors/);
    expect(text).toMatch(/minute 1 at 0 %: move to 5 %\n {2}checks passed/);
    expect(text).toMatch(/window 0 to 1 at 0 % +requests +errors +slow +buyers +revenue +p50 ms\n {4}treatment +0 /);
    expect(text).toMatch(/: rollback\n {2}failed checks reached the threshold/);
    expect(text.split('\n').at(-1)).toMatch(/^rolledBack at minute \d+, harm /);
  });

  it('is told as JSON, a tick a line', () => {
    const lines = traceOne({ run: ['H1', '3', 'flagger/shipped'], isJson: true })
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const decision = { action: 'move', coverage: 5_000, reasons: [{ code: null, message: 'checks passed' }] };
    expect(lines[0]).toMatchObject({ minute: 1, coverage: 0, windows: [], decision });
    expect(lines.at(-1)).toMatchObject({ outcome: { scenario: 'H1', seed: 3, end: 'rolledBack' } });
  });

  it.each([
    [['H1', '7'], /needs a scenario, a seed and a policy, such as: --trace-run H2 7 guardrails/],
    [['H1', 'seven', 'guardrails'], /seven is no seed/],
    [['H1', '7', 'ours'], /ours is several policies; name one: .*guardrails/],
    [['H1', '7', 'flager'], /no such policy: flager/],
    [['simulation/scenarios', '7', 'guardrails'], /holds several scenarios; name one of its files/],
  ])('says what to do about %j', (run, message) => {
    expect(() => traceOne({ run, isJson: false })).toThrow(message);
  });
});
