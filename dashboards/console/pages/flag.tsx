import { useState } from 'preact/hooks';
import type { Rollout, RolloutsAnswer, StoredFlag } from '../api/answers.ts';
import type { Api } from '../api/api.ts';
import { asProblem } from '../api/api-problem.ts';
import { FlagEditor } from '../parts/flag/flag-editor.tsx';
import { FlagTester } from '../parts/flag/flag-tester.tsx';
import { PlanRollout } from '../parts/flag/plan-rollout.tsx';
import { PhaseBadge } from '../parts/phase-badge.tsx';
import { ReadPage } from '../parts/read-page.tsx';
import { linkTo } from '../state/route.ts';
import { inEnvironment, may } from '../state/session.ts';
import { useReading } from '../state/use-reading.ts';

/** What a new flag begins with. */
const EXAMPLE = {
  state: 'ENABLED',
  variants: { on: true, off: false },
  defaultVariant: 'off',
  targeting: { if: [{ ends_with: [{ var: 'email' }, '@example.com'] }, 'on'] },
};

interface ReadFlag {
  readonly definition: unknown;
  /** null: it does not exist yet. */
  readonly revision: number | null;
  /** Of what is saved. */
  readonly variants: readonly string[];
  readonly rollouts: readonly Rollout[];
}

/** One flag: its definition to be edited, and a tester that explains how it evaluates. */
export function FlagPage({ flag }: { readonly flag: string }) {
  const reading = useReading<ReadFlag>({
    of: `flag ${flag}`,
    read: (api) => readFlag(api, flag),
    concerns: (rollouts) => rollouts === null,
  });
  const [draft, setDraft] = useState<unknown>();
  return (
    <ReadPage reading={reading}>
      {({ definition, revision, variants, rollouts }) => (
        <>
          <div>
            <p class="quiet text-xs">
              <a class="link link-hover" href={linkTo('flags')}>
                Flags
              </a>
              {' / '}
            </p>
            <h1>{flag}</h1>
            <p class="quiet">{revision === null ? 'New: not saved yet' : `revision ${revision}`}</p>
            {rollouts.map((rollout) => (
              <p key={rollout.definition.rollout} class="mt-1 flex items-center gap-2">
                <a class="link" href={linkTo('rollouts', rollout.definition.rollout)}>
                  {rollout.definition.rollout}
                </a>
                <PhaseBadge state={rollout.state} />
              </p>
            ))}
          </div>
          <div class="grid items-start gap-4 lg:grid-cols-2">
            <FlagEditor
              flag={flag}
              definition={definition}
              revision={revision}
              onDraft={setDraft}
              again={reading.again}
            />
            <FlagTester flag={flag} draft={draft} isNew={revision === null} revision={revision} />
          </div>
          {variants.length > 1 && may('edit') && <PlanRollout flag={flag} variants={variants} />}
        </>
      )}
    </ReadPage>
  );
}

async function readFlag(api: Api, flag: string): Promise<ReadFlag> {
  const [stored, { body }] = await Promise.all([
    api.call<StoredFlag>('GET', inEnvironment(`/flags/${encodeURIComponent(flag)}`)).catch((error: unknown) => {
      if (asProblem(error).code === 'flagNotFound') return null;
      throw error;
    }),
    api.call<RolloutsAnswer>('GET', inEnvironment('/rollouts?limit=1000')),
  ]);
  const rollouts = body.rollouts.filter(({ definition, state }) => definition.flag === flag && !state.isArchived);
  if (stored === null) return { definition: EXAMPLE, revision: null, variants: [], rollouts };
  const { definition, revision } = stored.body;
  return { definition, revision, variants: Object.keys(definition.variants), rollouts };
}
