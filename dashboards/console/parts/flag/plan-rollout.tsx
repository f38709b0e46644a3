import { useState } from 'preact/hooks';
import { ApiProblem, asProblem } from '../../api/api-problem.ts';
import { linkTo } from '../../state/route.ts';
import { api, inEnvironment } from '../../state/session.ts';
import { ProblemNotice } from '../problem-notice.tsx';

/** Plans a rollout of a flag: two of its variants, and whatever else the plan is to say, as JSON. */
export function PlanRollout({ flag, variants }: { readonly flag: string; readonly variants: readonly string[] }) {
  const [name, setName] = useState('');
  const [control, setControl] = useState(variants.at(-1)!);
  const [treatment, setTreatment] = useState(variants[0]!);
  const [more, setMore] = useState('{}');
  const [problem, setProblem] = useState<ApiProblem>();
  const [isBusy, setIsBusy] = useState(false);
  const plan = async (event: Event) => {
    event.preventDefault();
    setIsBusy(true);
    setProblem(undefined);
    try {
      const treatments = [{ variant: treatment }];
      const body = { treatments, ...objectIn(more), rollout: name.trim(), flag, control };
      await api.value?.call('POST', inEnvironment('/rollouts'), { body });
      location.hash = linkTo('rollouts', name.trim());
    } catch (error) {
      setProblem(asProblem(error));
    }
    setIsBusy(false);
  };
  const choice = (label: string, value: string, choose: (variant: string) => void) => (
    <label class="grid gap-1">
      <span class="quiet text-xs">{label}</span>
      <select class="select select-sm w-full" value={value} onChange={(event) => choose(event.currentTarget.value)}>
        {variants.map((variant) => (
          <option key={variant}>{variant}</option>
        ))}
      </select>
    </label>
  );
  return (
    <form class="panel grid gap-3" aria-labelledby="plan-rollout" onSubmit={(event) => void plan(event)}>
      <h2 id="plan-rollout">Plan a rollout</h2>
      <div class="grid gap-3 sm:grid-cols-3">
        <label class="grid gap-1">
          <span class="quiet text-xs">Name</span>
          <input
            class="input input-sm w-full"
            required
            maxLength={100}
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </label>
        {choice('Control: what is served today', control, setControl)}
        {choice('Treatment: what is new', treatment, setTreatment)}
      </div>
      <label class="grid gap-1">
        <span class="quiet text-xs">
          What else the plan says, as JSON: stages, metrics, segments, approvals; what is left out has its default
        </span>
        <textarea
          class="textarea h-20 w-full resize-y font-mono text-xs"
          spellcheck={false}
          value={more}
          onInput={(event) => setMore(event.currentTarget.value)}
        />
      </label>
      {problem && <ProblemNotice problem={problem} />}
      <button
        type="submit"
        class="btn btn-primary btn-sm justify-self-start"
        disabled={isBusy || control === treatment}
      >
        Plan rollout
      </button>
    </form>
  );
}

function objectIn(text: string): object {
  try {
    return JSON.parse(text) as object;
  } catch (error) {
    throw new ApiProblem({ status: 0, title: 'The rest of the plan is not JSON yet', detail: String(error) });
  }
}
