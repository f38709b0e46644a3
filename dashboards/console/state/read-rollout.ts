import type {
  Approvals,
  Change,
  ChangesAnswer,
  ExplainAnswer,
  HistoryAnswer,
  HistoryPoint,
  Label,
  LabelsAnswer,
  Rollout,
} from '../api/answers.ts';
import type { Api } from '../api/api.ts';
import { inEnvironment } from './session.ts';

/** Points that a chart of a phone or a wide screen can still tell apart. */
const POINTS = 300;

/** From so many on, all are read again, thinned out anew. */
const MOST_POINTS = 600;
const CHANGES = 200;

/** So often what must belong together is read anew, while others keep changing it. */
const TRIES = 3;

/** All that the page of a rollout shows. */
export interface ReadRollout {
  readonly rollout: Rollout;
  readonly explain: ExplainAnswer;
  readonly approvals: Approvals;
  readonly points: readonly HistoryPoint[];
  /** What people and rules think of its rollbacks, the oldest first. */
  readonly labels: readonly Label[];
  /** Newest first. */
  readonly changes: readonly Change[];
}

/** Reads a rollout; of its history only what is new since `before`. */
export async function readRollout(api: Api, name: string, before?: ReadRollout): Promise<ReadRollout> {
  const path = inEnvironment(`/rollouts/${encodeURIComponent(name)}`);
  const { body: rollout } = await api.call<Rollout>('GET', path);
  const known = pointsKnown(rollout, before);
  const after = known.at(-1)?.atMs ?? 0;
  const [{ explain, approvals }, history, changes, labels] = await Promise.all([
    readStanding(api, path, TRIES),
    api.call<HistoryAnswer>('GET', `${path}/history?limit=${POINTS}&after=${after}`),
    api.call<ChangesAnswer>('GET', inEnvironment(`/changes?subject=${encodeURIComponent(name)}&limit=${CHANGES}`)),
    rolledBackGenerationOf(rollout) === 0 ? null : api.call<LabelsAnswer>('GET', `${path}/labels`),
  ]);
  return {
    // What is said of its state and what is decided in it belong together.
    rollout: { ...rollout, state: explain.state },
    explain,
    approvals,
    points: joined(known, history.body.points),
    labels: labels?.body.labels ?? [],
    changes: changes.body.changes,
  };
}

/** What is decided and who has voted, of one revision: else what a person sees could not be acted on. */
async function readStanding(
  api: Api,
  path: string,
  triesLeft: number,
): Promise<Pick<ReadRollout, 'explain' | 'approvals'>> {
  const [{ body: explain }, { body: approvals, etag }] = await Promise.all([
    api.call<ExplainAnswer>('GET', `${path}/explain`),
    api.call<Approvals>('GET', `${path}/approvals`),
  ]);
  const isOne = etag === `"${explain.state.revision}"`;
  return isOne || triesLeft === 1 ? { explain, approvals } : readStanding(api, path, triesLeft - 1);
}

/** The newest generation that was rolled back; 0: none was. */
export function rolledBackGenerationOf({ state }: Pick<Rollout, 'state'>): number {
  return state.phase === 'rolledBack' ? state.generation : state.generation - 1;
}

function pointsKnown({ state }: Rollout, before: ReadRollout | undefined): readonly HistoryPoint[] {
  if (before === undefined || before.rollout.state.generation !== state.generation) return [];
  return before.points.length > MOST_POINTS ? [] : before.points;
}

/** The rollback comes with every answer. */
function joined(known: readonly HistoryPoint[], news: readonly HistoryPoint[]): readonly HistoryPoint[] {
  const isKnown = (point: HistoryPoint) =>
    known.some(({ atMs, action }) => atMs === point.atMs && action === point.action);
  return [...known, ...news.filter((point) => !isKnown(point))];
}
