import { Problem } from '../../domain/index.ts';

/** What a selector asks for. */
export interface Selector {
  /** The flag set that is wanted; absent: whichever the key belongs to. */
  readonly environment?: string;
  /** For clients that can send no header of their own. */
  readonly apiKey?: string;
}

const TERMS = { flagSetId: 'environment', apiKey: 'apiKey' } as const;

/**
 * Reads a selector such as `production`, `flagSetId=production` or `flagSetId=production,apiKey=rw_srv_…`.
 *
 * The empty text selects nothing in particular. Problem `invalidRequest` for anything else.
 */
export function readSelector(text: string): Selector {
  if (text.trim() === '') return {};
  return Object.fromEntries(
    text.split(',').map((term) => {
      const [, name = 'flagSetId', value = ''] = /^(?:(\w+)=)?([^=]*)$/.exec(term.trim()) ?? [];
      if (value === '' || !Object.hasOwn(TERMS, name))
        throw new Problem(
          'invalidRequest',
          'the selector must be empty, or name the flag set as flagSetId=<environment>',
        );
      return [TERMS[name as keyof typeof TERMS], value];
    }),
  );
}
