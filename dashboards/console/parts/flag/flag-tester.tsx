import { useEffect, useState } from 'preact/hooks';
import type { ExplanationAnswer } from '../../api/answers.ts';
import { type ApiProblem, asProblem } from '../../api/api-problem.ts';
import { linkTo } from '../../state/route.ts';
import { api, inEnvironment } from '../../state/session.ts';
import { ProblemNotice } from '../problem-notice.tsx';
import { ExplainedParts } from './explained-parts.tsx';

const EXAMPLE = JSON.stringify({ targetingKey: 'user-1', email: 'jo@example.com', plan: 'pro' }, null, 2);
const PAUSE_MS = 250;

/** Evaluates the flag in a context as one types, and explains the answer step by step. */
export function FlagTester({
  flag,
  draft,
  isNew,
  revision,
}: {
  readonly flag: string;
  /** A definition that is not saved; it is the one that is tested. */
  readonly draft: unknown;
  readonly isNew: boolean;
  readonly revision: number | null;
}) {
  const [text, setText] = useState(EXAMPLE);
  const [answer, setAnswer] = useState<ExplanationAnswer>();
  const [problem, setProblem] = useState<ApiProblem | string>();
  useEffect(() => {
    const stop = new AbortController();
    const evaluate = async () => {
      if (isNew && draft === undefined) return;
      const body = { context: JSON.parse(text) as unknown, ...(draft === undefined ? {} : { definition: draft }) };
      const path = inEnvironment(`/flags/${encodeURIComponent(flag)}/explain`);
      const found = await api.value?.call<ExplanationAnswer>('POST', path, { body, signal: stop.signal });
      setAnswer(found?.body);
      setProblem(undefined);
    };
    const fail = (error: unknown) => {
      if (stop.signal.aborted) return;
      setAnswer(undefined);
      setProblem(error instanceof SyntaxError ? `Not JSON yet: ${error.message}` : asProblem(error));
    };
    const timer = setTimeout(() => void evaluate().catch(fail), PAUSE_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [flag, text, draft, isNew, revision]);
  return (
    <section class="panel grid gap-3" aria-labelledby="tester">
      <h2 id="tester">
        Tester{' '}
        <span class="quiet font-normal">
          {draft === undefined ? 'of the saved definition' : 'of the definition as it stands in the editor'}
        </span>
      </h2>
      <label class="grid gap-1">
        <span class="quiet">Evaluation context</span>
        <textarea
          class="textarea h-28 w-full resize-y font-mono text-xs leading-relaxed"
          spellcheck={false}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      {typeof problem === 'string' ? (
        <p class="text-error" role="status">
          {problem}
        </p>
      ) : (
        problem && <ProblemNotice problem={problem} />
      )}
      {answer && (
        <>
          <Answer answer={answer} />
          <ExplainedParts parts={answer.parts} isCut={answer.isCut} />
        </>
      )}
    </section>
  );
}

function Answer({ answer }: { readonly answer: ExplanationAnswer }) {
  const { value, variant, reason, errorCode, errorMessage, exposure } = answer;
  return (
    <div role="status" class="grid gap-1 rounded-field bg-base-200 p-3">
      <p class="text-base">
        <code class="font-semibold">{value === undefined ? 'no value' : JSON.stringify(value)}</code>
        {variant !== undefined && (
          <>
            {' '}
            <span class="badge badge-soft badge-primary badge-sm">{variant}</span>
          </>
        )}
      </p>
      <p class="quiet">
        {reason}
        {value === undefined && errorCode === undefined && ': the default in the application’s code applies'}
        {errorCode !== undefined && ` · ${errorCode}: ${errorMessage}`}
      </p>
      {exposure && (
        <p class="quiet">
          Exposed as {exposure.variant} in{' '}
          <a class="link" href={linkTo('rollouts', exposure.rollout)}>
            {exposure.rollout}
          </a>
          , as the unit “{exposure.unit}”.
        </p>
      )}
    </div>
  );
}
