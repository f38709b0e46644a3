import type { FastifyRequest } from 'fastify';
import { Problem } from '../../domain/index.ts';

/** The revision named in If-Match; 0 (must be new) for `If-None-Match: *`; undefined when there is no condition. */
export function revisionCondition(request: FastifyRequest): number | undefined {
  if (request.headers['if-none-match']?.trim() === '*') return 0;
  const given = request.headers['if-match'];
  if (given === undefined || given.trim() === '*') return undefined;
  const match = /^"?(\d{1,15})"?$/.exec(given.trim());
  if (match === null) throw new Problem('invalidRequest', `If-Match must be a revision such as "3", not ${given}`);
  return Number(match[1]);
}

/** The revision as an entity tag. */
export function revisionTag(revision: number): string {
  return `"${revision}"`;
}

/** True when If-None-Match lists the tag; weak tags compare equal (RFC 9110, section 8.8.3.2). */
export function isNotModified(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  const tags = ifNoneMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(etag);
}
