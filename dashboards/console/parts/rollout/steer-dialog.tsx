import { useState } from 'preact/hooks';
import type { Rollout } from '../../api/answers.ts';
import { MODE_WORDS, STEER_WORDS } from '../../format/words.ts';
import { moveRollout } from '../../state/move-rollout.ts';
import { ConfirmDialog } from '../confirm-dialog.tsx';

/** What a person says beside the plan. */
export type SteerVerb = keyof typeof STEER_WORDS;

const HOUR_MS = 3_600_000;
const SPANS = [
  [1, 'an hour'],
  [4, 'four hours'],
  [24, 'a day'],
  [72, 'three days'],
  [168, 'a week'],
] as const;

/** Asks for what a verb needs beside a reason: a coverage, how long, which guardrail, or which mode. */
export function SteerDialog({
  verb,
  metric: asked,
  revision,
  rollout,
  again,
  close,
}: {
  readonly verb: SteerVerb;
  readonly metric?: string;
  readonly revision: number;
  readonly rollout: Rollout;
  readonly again: () => void;
  readonly close: () => void;
}) {
  const { definition, state } = rollout;
  const guardrails = definition.metrics.filter(({ role }) => role === 'guardrail').map(({ metric }) => metric);
  const [coverage, setCoverage] = useState(String(state.coverage / 1_000));
  const [hours, setHours] = useState('4');
  const [metric, setMetric] = useState(asked ?? guardrails[0] ?? '');
  const [mode, setMode] = useState<string>(state.steering?.mode ?? 'automatic');
  const words = STEER_WORDS[verb];
  const values = {
    coverage: () => Math.round(Number(coverage) * 1_000),
    untilMs: () => Date.now() + Number(hours) * HOUR_MS,
    metric: () => metric,
    mode: () => mode,
  };
  const act = (reason: string) => {
    const given = words.fields.map((field) => [field, values[field]()]);
    const body = { ...Object.fromEntries(given), ...(reason === '' ? {} : { reason }) };
    return moveRollout(rollout, { verb, body, revision }, again);
  };
  const has = (field: keyof typeof values) => (words.fields as readonly string[]).includes(field);
  const fields = (
    <>
      {has('coverage') && (
        <label class="grid gap-1">
          <span>Coverage in per cent</span>
          <input
            class="input w-full"
            type="number"
            min="0.001"
            max={(definition.stages.at(-1)?.coverage ?? 0) / 1_000}
            step="0.001"
            required
            value={coverage}
            onInput={(event) => setCoverage(event.currentTarget.value)}
          />
        </label>
      )}
      {has('metric') && asked === undefined && (
        <Choice label="Guardrail" value={metric} choose={setMetric} options={guardrails.map((one) => [one, one])} />
      )}
      {has('untilMs') && (
        <Choice
          label="For how long"
          value={hours}
          choose={setHours}
          options={SPANS.map(([count, text]) => [String(count), text])}
        />
      )}
      {has('mode') && <Choice label="Mode" value={mode} choose={setMode} options={Object.entries(MODE_WORDS)} />}
    </>
  );
  return (
    <ConfirmDialog
      title={`${words.label}${asked === undefined ? '' : ` ${asked}`} of ${definition.rollout}?`}
      label={words.label}
      isGrave={words.isGrave}
      needsReason={words.needsReason}
      act={act}
      close={close}
      fields={fields}
    >
      {words.happens}
    </ConfirmDialog>
  );
}

function Choice({
  label,
  value,
  choose,
  options,
}: {
  readonly label: string;
  readonly value: string;
  readonly choose: (value: string) => void;
  readonly options: readonly (readonly [string, string])[];
}) {
  return (
    <label class="grid gap-1">
      <span>{label}</span>
      <select class="select w-full" value={value} onChange={(event) => choose(event.currentTarget.value)}>
        {options.map(([name, text]) => (
          <option key={name} value={name}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
