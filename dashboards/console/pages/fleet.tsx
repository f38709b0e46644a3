import { useState } from 'preact/hooks';
import type {
  DecisionSummary,
  NewestDecisionsAnswer,
  RestrictionsAnswer,
  Rollout,
  RolloutsAnswer,
} from '../api/answers.ts';
import type { Api } from '../api/api.ts';
import { PHASE_WORDS } from '../format/words.ts';
import { FleetRow } from '../parts/fleet-row.tsx';
import { NoRollouts } from '../parts/no-rollouts.tsx';
import { ReadPage } from '../parts/read-page.tsx';
import { inEnvironment } from '../state/session.ts';
import { useReading } from '../state/use-reading.ts';

const PAGE_SIZE = 1_000;
const PHASES = Object.keys(PHASE_WORDS) as (keyof typeof PHASE_WORDS)[];

interface Fleet {
  readonly rollouts: readonly Rollout[];
  readonly newest: ReadonlyMap<string, DecisionSummary>;
  readonly restrictions: ReadonlyMap<string, RestrictionsAnswer['restrictions'][number]>;
}

/** All rollouts of the environment: where each stands, and what was decided last. */
export function FleetPage() {
  const reading = useReading({ read: readFleet, of: 'fleet' });
  const [phase, setPhase] = useState('');
  const [text, setText] = useState('');
  return (
    <>
      <div class="flex flex-wrap items-center gap-3">
        <h1 class="mr-auto">Rollouts</h1>
        <label>
          <span class="sr-only">Phase</span>
          <select class="select select-sm w-36" value={phase} onChange={(event) => setPhase(event.currentTarget.value)}>
            <option value="">all phases</option>
            {PHASES.map((one) => (
              <option key={one} value={one}>
                {PHASE_WORDS[one]}
              </option>
            ))}
            <option value="archived">archived</option>
          </select>
        </label>
        <label>
          <span class="sr-only">Search by name or flag</span>
          <input
            class="input input-sm w-44"
            type="search"
            placeholder="name or flag"
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
      </div>
      <ReadPage reading={reading}>
        {({ rollouts, newest, restrictions }) => {
          const shown = rollouts.filter((rollout) => isAsked(rollout, phase, text)).sort(byUrgency);
          if (rollouts.length === 0) return <NoRollouts />;
          if (shown.length === 0) return <p class="quiet panel">No rollout is like that. Change the filter above.</p>;
          return (
            <ul class="panel divide-y divide-base-300 p-0">
              {shown.map((rollout) => (
                <FleetRow
                  key={rollout.definition.rollout}
                  rollout={rollout}
                  newest={newest.get(rollout.definition.rollout)}
                  restrictions={restrictions.get(rollout.definition.rollout)}
                />
              ))}
            </ul>
          );
        }}
      </ReadPage>
    </>
  );
}

async function readFleet(api: Api): Promise<Fleet> {
  const [rollouts, newest, restricted] = await Promise.all([
    readRollouts(api),
    api.call<NewestDecisionsAnswer>('GET', inEnvironment('/decisions')),
    api.call<RestrictionsAnswer>('GET', inEnvironment('/restrictions')),
  ]);
  return {
    rollouts,
    newest: new Map(newest.body.decisions.map((decision) => [decision.rollout, decision])),
    restrictions: new Map(restricted.body.restrictions.map((one) => [one.rollout, one])),
  };
}

async function readRollouts(api: Api, after = ''): Promise<readonly Rollout[]> {
  const query = `?limit=${PAGE_SIZE}${after === '' ? '' : `&after=${encodeURIComponent(after)}`}`;
  const { body } = await api.call<RolloutsAnswer>('GET', inEnvironment(`/rollouts${query}`));
  const last = body.rollouts.at(-1);
  if (last === undefined || body.rollouts.length < PAGE_SIZE) return body.rollouts;
  return [...body.rollouts, ...(await readRollouts(api, last.definition.rollout))];
}

function isAsked({ definition, state }: Rollout, phase: string, text: string): boolean {
  const isOfPhase =
    phase === 'archived' ? state.isArchived : !state.isArchived && (phase === '' || state.phase === phase);
  const words = `${definition.rollout} ${definition.flag}`.toLowerCase();
  return isOfPhase && words.includes(text.trim().toLowerCase());
}

/** What is in progress first, then what moved last. */
function byUrgency(left: Rollout, right: Rollout): number {
  const rank = ({ state }: Rollout) => PHASES.indexOf(state.phase);
  return rank(left) - rank(right) || right.state.coverageSinceMs - left.state.coverageSinceMs;
}
