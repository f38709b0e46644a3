import { Compile } from 'typebox/compile';
import { Problem } from '../../domain/index.ts';
import { type JudgeInput, JudgeInputSchema } from '../../domain/schema/index.ts';

const validator = Compile(JudgeInputSchema);

/** Most mistakes that are told at once. */
const MAX_TOLD = 20;

/** The value as what is to be judged; Problem `invalidRequest` with places below `path`. */
export function readJudgeInput(value: unknown, path: string): JudgeInput {
  if (validator.Check(value)) return value;
  const faults = validator.Errors(value).slice(0, MAX_TOLD);
  throw new Problem(
    'invalidRequest',
    `${path === '' ? 'the request' : path} does not fit the schema`,
    faults.map(({ instancePath, message, params }) => ({
      path: `${path}${instancePath}`,
      message: `${message}${namesIn(params)}`,
    })),
  );
}

function namesIn(params: object): string {
  const { additionalProperties, requiredProperties, allowedValues } = params as Readonly<Record<string, unknown>>;
  const names = additionalProperties ?? requiredProperties ?? allowedValues;
  return Array.isArray(names) ? `: ${names.join(', ')}` : '';
}
