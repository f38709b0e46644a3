import type { ReplayedDecision, Reproduction, RolloutReplay } from '../../../controller/index.ts';
import type { AppetiteFactors, Decision } from '../../../domain/index.ts';
import { moment, percent, table } from '../output.ts';

/** What a replay has found. */
export interface ToldReplay {
  readonly rollout: string;
  readonly generation: number;
  readonly records: number;
  readonly reproduction: Reproduction;
  /** What was changed, by option. */
  readonly asked: Readonly<Record<string, string | AppetiteFactors>>;
  /** null: nothing was changed. */
  readonly replay: RolloutReplay | null;
}

/** A replay for people. */
export function replayReport({ rollout, generation, records, reproduction, asked, replay }: ToldReplay): string {
  return [
    `"${rollout}", generation ${generation}: ${records} recorded decisions took effect.`,
    ...reproductionLines(reproduction, records),
    ...(replay === null ? [] : replayLines(replay, asked)),
  ].join('\n');
}

const SHOWN_DIFFERENT = 10;

function reproductionLines({ same, different, notMade, missingModels }: Reproduction, records: number) {
  return [
    same === records
      ? 'Made again as they were, all come out the same, number by number.'
      : `Made again as they were, ${same} come out the same, number by number.`,
    ...(notMade > 0 ? [`${notMade} could not be made again: ${missingModels.join(', ')} cannot be had here.`] : []),
    ...different.slice(0, SHOWN_DIFFERENT).map((one) => `  not the same at ${moment(one.windowEndMs)}: ${one.what}`),
    ...(different.length > SHOWN_DIFFERENT ? [`  and ${different.length - SHOWN_DIFFERENT} more`] : []),
  ];
}

function replayLines({ decisions, differences, stoppedBecause }: RolloutReplay, asked: ToldReplay['asked']) {
  const settings = Object.entries(asked).map(([name, value]) => `${NAMES[name]} ${valueInWords(value)}`);
  const [first] = differences;
  return [
    '',
    `With ${settings.join(', ')}: ${differences.length} of ${decisions} decisions would differ.`,
    ...(stoppedBecause === null ? [] : [`It goes no further: ${stoppedBecause}.`]),
    ...(first === undefined
      ? []
      : [
          '',
          table(['WINDOW TO', 'AT', 'WAS', 'WOULD BE', 'WHY'], differences.map(rowOf)),
          '',
          `The two histories part at ${moment(first.windowEndMs)}: up to there this is what would have happened.`,
          ...(differences.length > 1 ? [AFTER_PARTING] : []),
        ]),
  ];
}

/** Weights as they are asked for. */
function valueInWords(value: string | AppetiteFactors): string {
  if (typeof value === 'string') return value;
  return Object.entries(value)
    .map(([part, weight]) => `${part}=${weight}`)
    .join(',');
}

const NAMES: Readonly<Record<string, string>> = {
  plan: 'the plan in',
  policy: 'the policy',
  appetite: 'the appetite',
  riskModel: 'the risk model on',
};

const AFTER_PARTING =
  'What follows is what would be decided in the situations that were recorded. Their evidence came about under the recorded\ncoverage, so it does not tell where the rollout would have come to.';

function rowOf({ windowEndMs, coverage, was, wouldBe }: ReplayedDecision): readonly string[] {
  return [moment(windowEndMs), percent(coverage), inWords(was), inWords(wouldBe), wouldBe.reasons[0]?.message ?? ''];
}

function inWords(decision: Decision): string {
  const { action, coverage } = decision.advice ?? decision;
  const what = action === 'hold' || action === 'rollback' ? action : `${action} to ${percent(coverage)}`;
  return decision.advice === undefined ? what : `advise ${what}`;
}
