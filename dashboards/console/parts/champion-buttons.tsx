import { useState } from 'preact/hooks';
import type { ModelRecord } from '../api/learning-answers.ts';
import { api, inEnvironment, may } from '../state/session.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';

/** What moved a champion, in the past tense. */
export const CHAMPION_WORDS: Readonly<Record<string, string>> = { promote: 'promoted', demote: 'demoted' };

/** Promotes a model, or takes a champion back, for who may. */
export function ChampionButtons({
  model,
  etag,
  again,
}: {
  readonly model: ModelRecord;
  readonly etag: string | null;
  readonly again: () => void;
}) {
  const [isAsked, setIsAsked] = useState(false);
  if (!may('admin')) return null;
  const isChampion = model.state === 'champion';
  const verb = isChampion ? 'demote' : 'promote';
  const move = async (reason: string) => {
    const path = inEnvironment(`/models/${encodeURIComponent(model.modelId)}/${verb}`);
    await api.value?.call('POST', path, { body: { reason }, ifMatch: etag });
    again();
  };
  return (
    <>
      <button type="button" class={`btn btn-sm ${isChampion ? '' : 'btn-primary'}`} onClick={() => setIsAsked(true)}>
        {isChampion ? 'Demote' : 'Promote'}
      </button>
      {isAsked && (
        <ConfirmDialog
          title={`${isChampion ? 'Demote' : 'Promote'} ${model.modelId}?`}
          label={isChampion ? 'Demote' : 'Promote'}
          isGrave={isChampion}
          needsReason
          act={move}
          close={() => setIsAsked(false)}
        >
          {isChampion
            ? 'The model that it replaced takes its place again, or none: then the shipped one is asked.'
            : `It becomes the champion of its kind in ${model.environment ?? 'all environments'}, within a minute in every process. The one before can come back.`}
        </ConfirmDialog>
      )}
    </>
  );
}
