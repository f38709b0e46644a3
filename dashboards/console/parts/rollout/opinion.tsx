import { useState } from 'preact/hooks';
import { type ReadRollout, rolledBackGenerationOf } from '../../state/read-rollout.ts';
import { api, inEnvironment, may } from '../../state/session.ts';
import { ConfirmDialog } from '../confirm-dialog.tsx';

const WORDS = {
  confirm: {
    label: 'It was right',
    happens: 'The change did harm, or would have. Models learn from this label.',
  },
  reject: {
    label: 'It was wrong',
    happens:
      'The change was sound. Models learn from this label; the rollout stays where it is until it is tried again.',
  },
} as const;

type Opinion = keyof typeof WORDS;

/** What is thought of the newest rollback, and a word of one's own, for models to learn from. */
export function OpinionOnRollback({
  content: { rollout, labels },
  again,
}: {
  readonly content: ReadRollout;
  readonly again: () => void;
}) {
  const [asked, setAsked] = useState<Opinion>();
  const { definition } = rollout;
  const generation = rolledBackGenerationOf(rollout);
  if (generation < 1 || !may('release')) return null;
  const act = async (opinion: Opinion, reason: string) => {
    const path = inEnvironment(`/rollouts/${encodeURIComponent(definition.rollout)}/${opinion}`);
    await api.value?.call('POST', path, { body: { generation, ...(reason === '' ? {} : { reason }) } });
    again();
  };
  const newest = labels.findLast((label) => label.generation === generation);
  return (
    <section class="panel flex flex-wrap items-center gap-2" aria-label="Was the rollback right?">
      <p class="mr-auto">
        Was the rollback of generation {generation} right?{' '}
        {newest && (
          <span class="quiet">
            The newest label is “{newest.verdict}”, by {newest.author}
            {newest.note && `: ${newest.note}`}.
          </span>
        )}
      </p>
      {(Object.keys(WORDS) as Opinion[]).map((opinion) => (
        <button key={opinion} type="button" class="btn btn-sm" onClick={() => setAsked(opinion)}>
          {WORDS[opinion].label}
        </button>
      ))}
      {asked && (
        <ConfirmDialog
          title={`Generation ${generation} of ${definition.rollout}`}
          label={WORDS[asked].label}
          isGrave={false}
          needsReason={false}
          act={(reason) => act(asked, reason)}
          close={() => setAsked(undefined)}
        >
          {WORDS[asked].happens}
        </ConfirmDialog>
      )}
    </section>
  );
}
