import type { HistoryPoint } from '../../api/answers.ts';
import { percentOfShare } from '../../format/numbers.ts';
import { CHANGE_WORDS } from '../../format/words.ts';
import type { Move } from '../../state/moves.ts';
import { eventsOf, type TimelineEvent } from '../../state/timeline-events.ts';
import { Moment } from '../moment.tsx';

/** Everything that was decided, by the controller and by people, newest first, with reasons. */
export function Timeline(props: { readonly points: readonly HistoryPoint[]; readonly moves: readonly Move[] }) {
  const events = eventsOf(props.points, props.moves);
  if (events.length === 0) return null;
  return (
    <section class="panel grid gap-3" aria-labelledby="timeline">
      <h2 id="timeline">Decisions</h2>
      <ol class="grid gap-2">
        {events.map((event) => (
          <li
            key={`${event.atMs} ${event.kind}`}
            class="grid grid-cols-[6rem_1fr] gap-x-4 sm:grid-cols-[6rem_9rem_1fr]"
          >
            <span class="quiet">
              <Moment atMs={event.atMs} />
            </span>
            <span class={colourOf(event)}>{wordsOf(event)}</span>
            <span class="col-span-2 min-w-0 sm:col-span-1">
              {event.reason ?? <span class="quiet">no reason given</span>}
              {event.count > 1 && <span class="quiet"> · {event.count} windows</span>}
              {event.isByHand && <span class="quiet"> · by hand, {event.actor}</span>}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Kinds that say a coverage. */
const MOVING = ['ramp', 'stepBack', 'start', 'retry', 'advance', 'jump'];

function wordsOf({ kind, coverage }: TimelineEvent): string {
  if (kind === 'hold') return 'waited';
  const words = CHANGE_WORDS[kind] ?? kind;
  return MOVING.includes(kind) ? `${words} to ${percentOfShare(coverage)}` : words;
}

function colourOf({ kind }: TimelineEvent): string {
  if (kind === 'hold') return 'quiet';
  if (kind === 'rollback' || kind === 'withdraw') return 'font-medium text-error';
  return kind === 'complete' ? 'font-medium text-success' : 'font-medium text-primary';
}
