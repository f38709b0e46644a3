import { Compile } from 'typebox/compile';
import { Problem } from '../../domain/index.ts';
import { type JudgeInput, JudgeInputSchema, violationsOf } from '../../domain/schema/index.ts';

const validator = Compile(JudgeInputSchema);

/** The value as what is to be judged; Problem `invalidRequest` with places below `path`. */
export function readJudgeInput(value: unknown, path: string): JudgeInput {
  if (validator.Check(value)) return value;
  throw new Problem(
    'invalidRequest',
    `${path === '' ? 'the request' : path} does not fit the schema`,
    violationsOf(validator.Errors(value), path),
  );
}
