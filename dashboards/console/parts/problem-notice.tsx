import type { ApiProblem } from '../api/api-problem.ts';

/** What went wrong, where, and what can be done about it. */
export function ProblemNotice({ problem, again }: { readonly problem: ApiProblem; readonly again?: () => void }) {
  return (
    <div
      role="alert"
      class={`alert alert-soft ${problem.status === 403 ? 'alert-warning' : 'alert-error'} items-start`}
    >
      <div>
        <p class="font-semibold">{problem.message}</p>
        {problem.detail !== '' && <p>{problem.detail}</p>}
        {problem.violations.length > 0 && <Violations violations={problem.violations} />}
        {problem.fix !== '' && <p class="opacity-80">{problem.fix}</p>}
      </div>
      {again && (
        <button type="button" class="btn btn-sm" onClick={again}>
          Try again
        </button>
      )}
    </div>
  );
}

/** Mistakes with their places. */
export function Violations({ violations }: Pick<ApiProblem, 'violations'>) {
  return (
    <ul class="mt-1 list-inside list-disc">
      {violations.map(({ path, message }) => (
        <li key={`${path} ${message}`}>
          {path !== '' && <code class="font-semibold">{path}</code>} {message}
        </li>
      ))}
    </ul>
  );
}
