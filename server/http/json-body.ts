import type { FastifyInstance } from 'fastify';
import { Problem } from '../../domain/index.ts';

/** Deepest nesting accepted; whatever walks a body recursively is safe below it. */
const MAX_DEPTH = 32;

/** Names that reach prototypes in careless code; nobody needs them as keys. */
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/** Only bodies that contain one of these need the walk over their keys and strings. */
const SUSPICIOUS = /\\u|__proto__|constructor|prototype/;

/** U+0000 and lone surrogates are JSON, but neither UTF-8 nor storable. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: U+0000 is what is looked for
const UNSTORABLE = /[\u0000\p{Surrogate}]/u;

/** Replaces Fastify's body parsers: JSON only, depth checked before parsing, keys and characters checked after. */
export function acceptJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, parseJson(body));
    } catch (error) {
      done(error as Error);
    }
  });
}

/** Parses a body, undefined when it is empty; Problems `nestedTooDeep`, `malformedBody`, `invalidRequest`. */
export function parseJson(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  if (depthExceeds(body, MAX_DEPTH)) throw new Problem('nestedTooDeep', `more than ${MAX_DEPTH} levels of brackets`);
  const text = body.toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Problem('malformedBody', (error as Error).message);
  }
  if (SUSPICIOUS.test(text)) refuseHostileText(value, '');
  return value;
}

function depthExceeds(body: Buffer, limit: number): boolean {
  let depth = 0;
  let isInString = false;
  for (let i = 0; i < body.length; i++) {
    const byte = body[i];
    if (isInString) {
      if (byte === 0x5c) i++;
      else if (byte === 0x22) isInString = false;
    } else if (byte === 0x22) isInString = true;
    else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > limit) return true;
    } else if (byte === 0x7d || byte === 0x5d) depth--;
  }
  return false;
}

function refuseHostileText(value: unknown, path: string): void {
  if (typeof value === 'string') refuseUnstorable(value, path);
  if (typeof value !== 'object' || value === null) return;
  for (const key of Object.keys(value)) {
    if (FORBIDDEN_KEYS.has(key)) {
      throw new Problem('invalidRequest', `the key "${key}" is not accepted`, [
        { path: `${path}/${key}`, message: 'rename this key' },
      ]);
    }
    refuseUnstorable(key, path);
    refuseHostileText((value as Record<string, unknown>)[key], `${path}/${key}`);
  }
}

function refuseUnstorable(text: string, path: string): void {
  if (UNSTORABLE.test(text)) {
    throw new Problem('invalidRequest', 'a string holds U+0000 or half a surrogate pair', [
      { path, message: 'remove the character' },
    ]);
  }
}
