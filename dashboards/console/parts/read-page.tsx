import type { ComponentChildren } from 'preact';
import type { Reading } from '../state/use-reading.ts';
import { ProblemNotice } from './problem-notice.tsx';

/** A page that has to be read first: bones while that lasts, what is wrong if it fails, and the old content meanwhile. */
export function ReadPage<Content>({
  reading,
  children,
}: {
  readonly reading: Reading<Content>;
  readonly children: (content: Content) => ComponentChildren;
}) {
  const { content, problem, again } = reading;
  return (
    <>
      {problem && <ProblemNotice problem={problem} again={again} />}
      {content !== undefined ? children(content) : !problem && <Bones />}
    </>
  );
}

function Bones() {
  return (
    <output class="grid gap-3" aria-label="Loading">
      <span class="skeleton h-8 w-64" />
      <span class="skeleton h-24" />
      <span class="skeleton h-24" />
    </output>
  );
}
