import type { PublishedEnvironment } from '../snapshot-publisher.ts';

/** The function with its answers kept for as long as the published version is held by anybody. */
export function oncePerVersion<T>(
  derive: (published: PublishedEnvironment) => T,
): (published: PublishedEnvironment) => T {
  const known = new WeakMap<PublishedEnvironment, T>();
  return (published) => {
    const held = known.get(published);
    if (held !== undefined) return held;
    const derived = derive(published);
    known.set(published, derived);
    return derived;
  };
}
