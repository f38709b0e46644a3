import type { Violation } from '../../domain/index.ts';

/** A failure with a message for people and the exit code that it leads to. */
export class CliError extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: 1 | 2 | 3) {
    super(message);
    this.name = 'CliError';
    this.exitCode = exitCode;
  }
}

/** Wrong usage, or a file that cannot be read. */
export function usageError(message: string): CliError {
  return new CliError(message, 2);
}

/** What a problem document says. */
export interface ProblemDocument {
  readonly type?: string;
  readonly title?: string;
  readonly detail?: string;
  readonly fix?: string;
  readonly violations?: readonly Violation[];
}

/** Status of an ApiError when there was no answer at all. */
export const NO_ANSWER = 0;

/** The server refused a request, or could not be reached. */
export class ApiError extends CliError {
  readonly status: number;

  constructor(status: number, problem: ProblemDocument) {
    super(textOf(problem), 1);
    this.name = 'ApiError';
    this.status = status;
  }
}

function textOf({ title, detail, fix, violations = [] }: ProblemDocument): string {
  return [
    `${title ?? 'The server answered with an error'}${detail === undefined ? '' : `: ${detail}`}`,
    ...violations.map(({ path, message }) => `  ${path === '' ? '' : `${path}: `}${message}`),
    ...(fix === undefined ? [] : [`  what to do: ${fix}`]),
  ].join('\n');
}
