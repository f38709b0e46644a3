import type { ExplainedPart, ExplainedStep } from '../../api/answers.ts';
import { count } from '../../format/numbers.ts';

const QUESTIONS: Readonly<Record<ExplainedPart['kind'], string>> = {
  targeting: 'What does the targeting of the flag say?',
  unit: 'Who is the unit?',
  control: 'Would the flag serve control so far?',
  audience: 'Is the unit in the audience?',
  leaf: 'Which leaf is the unit in?',
  choice: 'Which variant has the bucket of the unit?',
};

/** How an evaluation came to its answer: one question after the other, each with its steps. */
export function ExplainedParts({
  parts,
  isCut,
}: {
  readonly parts: readonly ExplainedPart[];
  readonly isCut: boolean;
}) {
  if (parts.length === 0) return <p class="quiet">Nothing had to be asked: there is no targeting and no rollout.</p>;
  return (
    <div class="grid gap-3">
      <h3>How it came about</h3>
      <ol class="grid gap-3">
        {parts.map((part, index) => (
          <li key={`${index} ${part.kind}`} class="grid gap-1">
            <p>
              {part.rollout !== undefined && <span class="quiet">Rollout {part.rollout}: </span>}
              {QUESTIONS[part.kind]} <code class="font-semibold">{part.value}</code>
              <span class="quiet">{meaningOf(part)}</span>
            </p>
            <Steps steps={part.steps} />
          </li>
        ))}
      </ol>
      {isCut && <p class="quiet">There were more than 500 steps; the rest is left out.</p>}
    </div>
  );
}

function Steps({ steps }: { readonly steps: readonly ExplainedStep[] }) {
  if (steps.length === 0) return null;
  return (
    <ul class="grid gap-0.5 border-l border-base-300 pl-3 text-xs">
      {steps.map((step, index) => (
        <li key={`${index} ${step.operator}`}>
          <code>
            <span class="text-primary">{step.operator}</span>(
            {step.operands.map((operand) => operand ?? '…').join(', ')}) →{' '}
            <span class="font-semibold">{step.value}</span>
          </code>
          {step.bucket && (
            <span class="quiet">
              {' '}
              bucket {count(step.bucket.index)} of {count(step.bucket.count)}
            </span>
          )}
          <Steps steps={step.steps} />
        </li>
      ))}
    </ul>
  );
}

/** What an answer means for the unit, where that is not plain. */
function meaningOf({ kind, value }: ExplainedPart): string {
  if (kind === 'targeting' && value === 'null') return ' — no rule matched, so the default variant';
  if (kind === 'unit' && ['null', '""', 'false', '0'].includes(value)) return ' — without a unit nobody takes part';
  if (kind === 'control' && value === 'false') return ' — explicit targeting wins over the rollout';
  if (kind === 'audience' && ['false', 'null', '0', '""'].includes(value)) return ' — so it is served as before';
  return '';
}
