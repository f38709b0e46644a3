import { useEffect, useState } from 'preact/hooks';
import { type ApiProblem, asProblem } from '../../api/api-problem.ts';
import { jsonText } from '../../format/json-text.ts';
import { api, inEnvironment, may } from '../../state/session.ts';
import { type Checked, useCheck } from '../../state/use-check.ts';
import { ProblemNotice } from '../problem-notice.tsx';
import { lineOf } from './line-of.ts';

/** The definition as JSON: checked by the server as one types, saved under the revision that was read. */
export function FlagEditor({
  flag,
  definition,
  revision,
  onDraft,
  again,
}: {
  readonly flag: string;
  readonly definition: unknown;
  readonly revision: number | null;
  /** Told of a definition that differs from the saved one; undefined when there is none. */
  readonly onDraft: (definition: unknown) => void;
  readonly again: () => void;
}) {
  const saved = jsonText(definition);
  // One state, so that what is typed is never judged against another base than its own.
  const [{ base, text }, setDraft] = useState({ base: { revision, saved }, text: saved });
  const setText = (typed: string) => setDraft((draft) => ({ ...draft, text: typed }));
  const [problem, setProblem] = useState<ApiProblem>();
  const [isBusy, setIsBusy] = useState(false);
  const checked = useCheck(flag, text);
  const isDirty = text !== base.saved || base.revision === null;
  // What somebody else saved is taken over, unless there is something here that it would destroy.
  useEffect(() => {
    setDraft((draft) => (draft.text === draft.base.saved ? { base: { revision, saved }, text: saved } : draft));
  }, [revision, saved]);
  useEffect(() => onDraft(isDirty && checked.kind !== 'malformed' ? checked.value : undefined), [checked, isDirty]);
  const save = async () => {
    setIsBusy(true);
    setProblem(undefined);
    try {
      await api.value?.call('PUT', inEnvironment(`/flags/${encodeURIComponent(flag)}`), {
        body: JSON.parse(text) as unknown,
        ...(base.revision === null ? { isNew: true } : { ifMatch: `"${base.revision}"` }),
      });
      setDraft((draft) => ({ ...draft, base: { revision: (base.revision ?? 0) + 1, saved: text } }));
      again();
    } catch (error) {
      setProblem(asProblem(error));
    }
    setIsBusy(false);
  };
  const isOvertaken = revision !== null && base.revision !== null && revision > base.revision;
  return (
    <section class="panel grid gap-3" aria-labelledby="definition">
      <div class="flex flex-wrap items-center gap-2">
        <h2 id="definition" class="mr-auto">
          Definition
        </h2>
        <button
          type="button"
          class="btn btn-ghost btn-sm"
          disabled={checked.kind === 'malformed'}
          onClick={() => setText(jsonText(JSON.parse(text)))}
        >
          Tidy up
        </button>
        {may('edit') && (
          <button
            type="button"
            class="btn btn-primary btn-sm"
            disabled={isBusy || !isDirty || checked.kind !== 'good'}
            onClick={() => void save()}
          >
            Save
          </button>
        )}
      </div>
      <textarea
        class={`textarea h-96 w-full resize-y font-mono text-xs leading-relaxed ${checked.kind === 'good' || checked.kind === 'checking' ? '' : 'textarea-error'}`}
        aria-label={`Definition of ${flag} as JSON`}
        aria-describedby="check"
        spellcheck={false}
        wrap="off"
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <div id="check" role="status" class="min-h-6">
        <CheckResult checked={checked} text={text} isDirty={isDirty} />
      </div>
      {isOvertaken && (
        <p class="text-warning">
          Somebody saved revision {revision} meanwhile; yours is based on {base.revision}.{' '}
          <button type="button" class="link" onClick={() => setDraft({ base: { revision, saved }, text: saved })}>
            Take theirs
          </button>
        </p>
      )}
      {problem && <ProblemNotice problem={problem} />}
    </section>
  );
}

function CheckResult({ checked, text, isDirty }: { checked: Checked; text: string; isDirty: boolean }) {
  if (checked.kind === 'checking') return <span class="quiet">checking …</span>;
  if (checked.kind === 'malformed') return <span class="text-error">Not JSON yet: {checked.message}</span>;
  if (checked.kind === 'unknown') return <span class="text-warning">It cannot be checked now: {checked.message}</span>;
  if (checked.violations.length === 0)
    return <span class="text-success">{isDirty ? 'Good: it can be saved.' : 'Saved, and good.'}</span>;
  return (
    <ul class="grid gap-1 text-error">
      {checked.violations.map(({ path, message }) => (
        <li key={`${path} ${message}`}>
          <span class="number font-semibold">line {lineOf(text, path)}</span> {path !== '' && <code>{path}</code>}{' '}
          {message}
        </li>
      ))}
    </ul>
  );
}
