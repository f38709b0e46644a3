import type { FastifyRequest } from 'fastify';
import type { Scope } from '../../../domain/index.ts';

/**
 * What is wrong with the request's Flagd-Selector; undefined when it names the environment of the key, or is absent.
 *
 * flagd's forms are understood: `flagSetId=<environment>`, `source=<environment>` and the bare name.
 */
export function selectorFault(request: FastifyRequest, { environment }: Scope): string | undefined {
  const selector = request.headers['flagd-selector'];
  if (selector === undefined || selector === '') return undefined;
  const [, wanted] = /^(?:flagSetId=|source=)?(.*)$/s.exec(String(selector))!;
  return wanted === environment ? undefined : `The key has no flag set of this name; its own is "${environment}".`;
}
