import { useEffect, useRef, useState } from 'preact/hooks';
import type { Api } from '../api/api.ts';
import { type ApiProblem, asProblem } from '../api/api-problem.ts';
import { onNews } from './live.ts';
import { api, environment } from './session.ts';

/** Readings that follow one another at once are one. */
const LEAST_PAUSE_MS = 250;

/** What was read last, and what is wrong with the newest attempt. */
export interface Reading<Content> {
  readonly content: Content | undefined;
  readonly problem: ApiProblem | undefined;
  /** Reads again now. */
  readonly again: () => void;
}

/** What a page needs to know to read itself. */
export interface ReadingOptions<Content> {
  /** Reads everything that the page shows; is given what was read before. */
  readonly read: (api: Api, before: Content | undefined) => Promise<Content>;
  /** Whether news about these rollouts (null: about anything) concern the page. */
  readonly concerns?: (rollouts: readonly string[] | null) => boolean;
  /** What is read: another one begins from nothing. */
  readonly of: string;
}

/** Reads the content of a page, and reads it again whenever the server has news about it. */
export function useReading<Content>({ read, concerns, of }: ReadingOptions<Content>): Reading<Content> {
  const [state, setState] = useState<{ of: string; content?: Content; problem?: ApiProblem }>({ of });
  const latest = useRef({ read, concerns });
  latest.current = { read, concerns };
  const again = useRef(() => {});
  const identity = `${environment.value}\n${of}`;
  useEffect(() => {
    let isOver = false;
    let isReading = false;
    let isAskedAgain = false;
    let before: Content | undefined;
    const run = async () => {
      const current = api.value;
      if (isOver || current === null) return;
      if (isReading) {
        isAskedAgain = true;
        return;
      }
      isReading = true;
      isAskedAgain = false;
      try {
        before = await latest.current.read(current, before);
        if (!isOver) setState({ of: identity, content: before });
      } catch (error) {
        const problem = asProblem(error);
        if (!isOver) setState({ of: identity, problem, ...(before === undefined ? {} : { content: before }) });
      }
      isReading = false;
      if (isAskedAgain) setTimeout(() => void run(), LEAST_PAUSE_MS);
    };
    again.current = () => void run();
    void run();
    const stop = onNews((rollouts) => {
      if (latest.current.concerns?.(rollouts) ?? true) void run();
    });
    return () => {
      isOver = true;
      stop();
    };
  }, [identity]);
  const isCurrent = state.of === identity;
  return {
    content: isCurrent ? state.content : undefined,
    problem: isCurrent ? state.problem : undefined,
    again: () => again.current(),
  };
}
