import type { ModelReview } from '../../api/learning-answers.ts';
import { count, percent } from '../../format/numbers.ts';
import { EvidenceBar } from '../evidence-bar.tsx';
import { MeasureBar } from './measure-bar.tsx';

/** What an alarm of each kind is, said of so many of so many rollouts. */
const ALARMED: Readonly<Record<string, (share: string) => string>> = {
  novelty: (share) => `It called ${share} rollouts labelled healthy novel`,
  ramp: (share) => `Under it were taken back ${share} rollouts labelled healthy`,
  forecast: (share) => `It found rates of ${share} rollouts labelled healthy unusual`,
};

function alarmedIn(kind: string, share: string): string {
  return ALARMED[kind]?.(share) ?? `It alarmed in ${share} rollouts labelled healthy`;
}

/** How often a model has alarmed where nothing was wrong, and how many rollouts are unlike its training. */
export function Alarms({ review: { kind, alarms, rollouts } }: { readonly review: ModelReview }) {
  const novelShare = rollouts.count === 0 ? 0 : rollouts.novel / rollouts.count;
  const hasNovelty = kind === 'risk' || kind === 'novelty';
  const isJudged = rollouts.count >= rollouts.leastCount;
  return (
    <div class="grid content-start gap-2">
      <h3>Alarms and novelty</h3>
      <p class="number">
        {alarms.runs === 0
          ? 'No rollout that it was asked about is labelled healthy yet.'
          : `${alarmedIn(kind, `${count(alarms.alarms)} of ${count(alarms.runs)}`)}: ${percent(alarms.alarms / alarms.runs)}, with ${percent(alarms.nominalShare)} promised.`}
      </p>
      {alarms.runs > 0 && (
        <EvidenceBar
          label={`evidence of more than ${percent(2 * alarms.nominalShare)}`}
          log10={alarms.log10}
          lineLog10={alarms.lineLog10}
        />
      )}
      {hasNovelty && (
        <MeasureBar
          label={`${count(rollouts.novel)} of ${count(rollouts.count)} rollouts are unlike its training`}
          text={`${percent(novelShare)} of ${percent(rollouts.novelLine)}`}
          share={novelShare}
          markShare={rollouts.novelLine}
          isOver={isJudged && novelShare > rollouts.novelLine}
        />
      )}
      {hasNovelty && !isJudged && (
        <p class="quiet text-xs">Fewer than {rollouts.leastCount} rollouts: that share may be chance.</p>
      )}
    </div>
  );
}
