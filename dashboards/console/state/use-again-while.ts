import { useEffect } from 'preact/hooks';
import type { Reading } from './use-reading.ts';

/** Patient enough for a server that has other work, and short for somebody who watches. */
const PAUSE_MS = 5_000;

/** Reads again and again while the content says that it will not stay so, for there are no news of that. */
export function useAgainWhile<Content>(
  { content, problem, again }: Reading<Content>,
  isUnsettled: (content: Content) => boolean,
): void {
  useEffect(() => {
    if (content === undefined || !isUnsettled(content)) return;
    const timer = setTimeout(again, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [content, problem]);
}
