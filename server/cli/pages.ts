import type { ApiClient } from './api-client.ts';

const PAGE_SIZE = 1000;

/** All items of a list that the server hands out page by page. */
export async function allPages<T>(
  client: ApiClient,
  path: string,
  { itemsOf, keyOf }: { itemsOf(answer: Record<string, readonly T[]>): readonly T[]; keyOf(item: T): string },
): Promise<readonly T[]> {
  const all: T[] = [];
  for (;;) {
    const last = all.at(-1);
    const after = last === undefined ? '' : `&after=${encodeURIComponent(keyOf(last))}`;
    const page = itemsOf(await client.call('GET', `${path}?limit=${PAGE_SIZE}${after}`));
    all.push(...page);
    if (page.length < PAGE_SIZE) return all;
  }
}
