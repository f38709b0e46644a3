import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openBenchWorld, readScenario, runMany } from '../../../simulation/benchmark/index.ts';
import { BASE_FIELDS } from './base-fields.ts';
import { PATIENT } from './patient.ts';
import { PUBLIC_NAMES } from './public-scenarios.ts';

const read = (path: string) => readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8');
const TEXT = read('../../../docs/decision-benchmark.md');
const block = (language: string) => TEXT.match(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``))![1]!;
const SCENARIO = readScenario(JSON.parse(block('json')));

describe('docs/decision-benchmark.md', () => {
  it('shows a scenario that works as it says', () => {
    for (const seed of [1, 2, 3]) {
      const world = openBenchWorld(SCENARIO, seed);
      const harmAt = (hours: number) =>
        world.harmAt({ tick: hours * 60, coverage: 50_000, raisedAtMs: 0 }).filter((harm) => harm > 0);
      expect(harmAt(0.9)).toEqual([]);
      expect(harmAt(1.2)).toHaveLength(1);
      expect(harmAt(1.6)).toEqual([]);
    }
  });

  it('shows a policy that runs, letter by letter', () => {
    expect(read('./patient.ts')).toContain(block('ts'));
    const outcomes = [...runMany({ scenarios: [SCENARIO], seeds: [1, 2], policies: [PATIENT] })];
    for (const { end, endedAtMs } of outcomes) {
      expect(end).not.toBe('unfinished');
      expect(endedAtMs).toBe(7_200_000);
    }
  });

  it('names every scenario of the public set and every field', () => {
    for (const name of [...PUBLIC_NAMES, ...BASE_FIELDS]) expect(TEXT).toMatch(new RegExp(`\\b${name}\\b`));
  });
});
