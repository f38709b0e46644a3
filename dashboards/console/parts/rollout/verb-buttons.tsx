import { useState } from 'preact/hooks';
import type { Rollout, Verb } from '../../api/answers.ts';
import { asProblem } from '../../api/api-problem.ts';
import { VERB_WORDS } from '../../format/words.ts';
import { api, inEnvironment, may } from '../../state/session.ts';
import { ConfirmDialog } from '../confirm-dialog.tsx';

const STOPPING: readonly Verb[] = ['pause', 'rollback'];

/** A verb that waits for its confirmation, and the rollout as it was when the person chose it. */
interface Asked {
  readonly verb: Verb;
  readonly revision: number;
}

/** The verbs that the server permits now, for who may move rollouts; each asks for confirmation and a reason. */
export function VerbButtons({
  rollout,
  verbs,
  again,
}: {
  readonly rollout: Rollout;
  readonly verbs: readonly string[];
  readonly again: () => void;
}) {
  const [asked, setAsked] = useState<Asked>();
  const move = async ({ verb, revision }: Asked, reason: string) => {
    const { definition } = rollout;
    try {
      await api.value?.call('POST', inEnvironment(`/rollouts/${encodeURIComponent(definition.rollout)}/${verb}`), {
        body: reason === '' ? {} : { reason },
        // To stop is right whatever has changed meanwhile.
        ifMatch: STOPPING.includes(verb) ? null : `"${revision}"`,
      });
    } catch (error) {
      // Somebody was faster: the page behind shows how it stands now.
      if ([409, 412].includes(asProblem(error).status)) again();
      throw error;
    }
    again();
  };
  if (!may('release')) return null;
  const words = asked && VERB_WORDS[asked.verb];
  return (
    <div class="flex flex-wrap gap-2">
      {verbs.filter(hasButton).map((verb) => (
        <button
          key={verb}
          type="button"
          class={`btn btn-sm ${verb === 'rollback' ? 'btn-error btn-soft' : verb === 'start' || verb === 'resume' ? 'btn-primary' : ''}`}
          onClick={() => setAsked({ verb, revision: rollout.state.revision })}
        >
          {VERB_WORDS[verb].label}
        </button>
      ))}
      {asked && words && (
        <ConfirmDialog
          title={`${words.label} ${rollout.definition.rollout}?`}
          label={words.label}
          isGrave={words.isGrave}
          needsReason={words.needsReason}
          act={(reason) => move(asked, reason)}
          close={() => setAsked(undefined)}
        >
          {words.happens(rollout)}
        </ConfirmDialog>
      )}
    </div>
  );
}

function hasButton(verb: string): verb is Verb {
  return Object.hasOwn(VERB_WORDS, verb);
}
