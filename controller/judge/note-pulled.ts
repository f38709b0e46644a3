import { SOURCE_FAULTS, type SourceFault } from '../ingest/prometheus/source-fault.ts';
import type { JudgedWindow, JudgePlan, WindowsAsked } from './judge-plan.ts';
import type { JudgementNote } from './judgement.ts';
import { shows } from './since-appearance.ts';

/** What was pulled: all windows asked for that hold anything, and what was wrong with some of them. */
export interface PulledWindows {
  readonly windows: readonly JudgedWindow[];
  /** Start of the first window asked for; null when none was complete yet. */
  readonly firstStartMs: number | null;
  /** Until when windows were complete. */
  readonly throughMs: number;
  readonly faults: readonly SourceFault[];
}

/** What a person should know about windows that were pulled: each kind of fault once, and whether the start is missing. */
export function notePulled(
  { treatments }: JudgePlan,
  { fromMs }: WindowsAsked,
  { windows, firstStartMs, faults }: Omit<PulledWindows, 'throughMs'>,
): readonly JudgementNote[] {
  const [first] = windows;
  const isCutOff =
    fromMs === null &&
    first !== undefined &&
    first.startMs === firstStartMs &&
    treatments.some((variant) => shows(first, variant));
  return [...(isCutOff ? [CUT_OFF] : []), ...faultNotes(faults)];
}

const CUT_OFF: JudgementNote = {
  code: 'beginsInTheMiddle',
  message:
    'a treatment is there at the beginning of the look-back, so the analysis may be older: what is left out moves with the time, and alpha holds for one look only; look back further, or say from when',
};

function faultNotes(faults: readonly SourceFault[]): readonly JudgementNote[] {
  const byReason = new Map<SourceFault['reason'], SourceFault[]>();
  for (const fault of faults) byReason.set(fault.reason, [...(byReason.get(fault.reason) ?? []), fault]);
  return [...byReason].map(([reason, [first, ...others]]) => ({
    code: reason,
    message: `${first!.detail}${others.length === 0 ? '' : ` (and ${others.length} more)`}: ${SOURCE_FAULTS[reason]}`,
  }));
}
