import { canonicalJson } from '../../domain/index.ts';

/** A digest of a text, in hexadecimal: SHA-256 where it matters. */
export type Digest = (text: string) => string;

/** Hash of a set of rows: the digest of the sorted digests of its rows, so that their order does not count. */
export function dataSetHash(rows: readonly unknown[], digest: Digest): string {
  return digest(
    rows
      .map((row) => digest(canonicalJson(row)))
      .sort()
      .join('\n'),
  );
}
