import { canonicalJson } from '../domain/index.ts';

/** A place where two documents differ; `undefined` for what is not there. */
export interface Difference {
  /** JSON Pointer (RFC 6901). */
  readonly path: string;
  readonly from: unknown;
  readonly to: unknown;
}

/** Where two JSON values differ, as deep as both are objects; absent and undefined are the same. */
export function differences(from: unknown, to: unknown, path = ''): readonly Difference[] {
  if (isObject(from) && isObject(to)) {
    const names = [...new Set([...Object.keys(from), ...Object.keys(to)])].sort();
    return names.flatMap((name) =>
      differences(own(from, name), own(to, name), `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`),
    );
  }
  return textOf(from) === textOf(to) ? [] : [{ path, from, to }];
}

type JsonObject = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function own(value: JsonObject, name: string): unknown {
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

function textOf(value: unknown): string | undefined {
  return value === undefined ? undefined : canonicalJson(value);
}
