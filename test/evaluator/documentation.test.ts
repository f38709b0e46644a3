import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { EvaluationContext } from '../../domain/index.ts';
import { evaluate } from '../../evaluator/index.ts';
import {
  MAX_LIST_LITERAL_LENGTH,
  MAX_PATH_KEYS,
  MAX_RULE_DEPTH,
  MAX_RULE_NODES,
  MAX_STEPS,
  MAX_TEXT_LENGTH,
  STEPS_PER_HASHED_CHARACTER,
} from '../../evaluator/limits.ts';
import { NOW_MS, snapshotOf } from './support.ts';

const page = readFileSync(new URL('../../docs/evaluation.md', import.meta.url), 'utf8');
const [flagSet, rows] = [...page.matchAll(/```json\n(.*?)```/gs)].map(([, text]): unknown => JSON.parse(text!));

describe('The documentation of evaluation', () => {
  it.each(rows as readonly { context: EvaluationContext }[])('is right about $context', ({ context, ...expected }) => {
    expect(evaluate(snapshotOf(flagSet), 'new-checkout', context, NOW_MS)).toMatchObject(expected);
  });

  it('has the limits that the code has', () => {
    const limits = [...page.matchAll(/^\| [^|]+ \| ([\d ]+) \|$/gm)].map(([, number]) =>
      Number(number!.replaceAll(' ', '')),
    );
    expect(limits).toEqual([
      MAX_RULE_DEPTH,
      MAX_RULE_NODES,
      MAX_LIST_LITERAL_LENGTH,
      MAX_TEXT_LENGTH,
      MAX_PATH_KEYS,
      MAX_STEPS / STEPS_PER_HASHED_CHARACTER,
    ]);
  });
});
