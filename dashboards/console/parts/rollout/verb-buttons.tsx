import { useState } from 'preact/hooks';
import type { ExplainAnswer, Rollout, Verb } from '../../api/answers.ts';
import { VERB_WORDS } from '../../format/words.ts';
import { moveRollout } from '../../state/move-rollout.ts';
import { may } from '../../state/session.ts';
import { ConfirmDialog } from '../confirm-dialog.tsx';

/** Verbs that a freeze stops. */
const FORWARD: readonly Verb[] = ['start', 'resume', 'advance', 'complete', 'retry'];

/** A verb that waits for its confirmation, and the rollout as it was when the person chose it. */
interface Asked {
  readonly verb: Verb;
  readonly revision: number;
}

/** The verbs that the server permits now, for who may move rollouts; each asks for confirmation and a reason. */
export function VerbButtons({
  rollout,
  explain: { verbs, restrictions },
  again,
}: {
  readonly rollout: Rollout;
  readonly explain: Pick<ExplainAnswer, 'verbs' | 'restrictions'>;
  readonly again: () => void;
}) {
  const [asked, setAsked] = useState<Asked>();
  const [isUrgent, setIsUrgent] = useState(false);
  const isFrozen = restrictions.some(({ code }) => code === 'frozen');
  const canBeUrgent = isFrozen && asked !== undefined && FORWARD.includes(asked.verb);
  if (!may('release')) return null;
  const words = asked && VERB_WORDS[asked.verb];
  return (
    <div class="flex flex-wrap gap-2">
      {verbs.filter(hasButton).map((verb) => (
        <button
          key={verb}
          type="button"
          class={`btn btn-sm ${verb === 'rollback' ? 'btn-error btn-soft' : verb === 'start' || verb === 'resume' ? 'btn-primary' : ''}`}
          onClick={() => {
            setIsUrgent(false);
            setAsked({ verb, revision: rollout.state.revision });
          }}
        >
          {VERB_WORDS[verb].label}
        </button>
      ))}
      {asked && words && (
        <ConfirmDialog
          title={`${words.label} ${rollout.definition.rollout}?`}
          label={words.label}
          isGrave={words.isGrave}
          needsReason={words.needsReason || (canBeUrgent && isUrgent)}
          act={(reason) => {
            const urgently = canBeUrgent && isUrgent ? { overrideFreeze: true } : {};
            return moveRollout(
              rollout,
              { ...asked, body: { ...(reason === '' ? {} : { reason }), ...urgently } },
              again,
            );
          }}
          fields={
            canBeUrgent && (
              <label class="flex items-baseline gap-2">
                <input
                  type="checkbox"
                  class="checkbox checkbox-sm"
                  checked={isUrgent}
                  onChange={(event) => setIsUrgent(event.currentTarget.checked)}
                />
                <span>
                  In an emergency, in spite of the freeze: with a reason, and a key that has the scope “override”
                </span>
              </label>
            )
          }
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
