import type { Reason, Restrictions } from '../../domain/index.ts';
import type { Situation } from './observation.ts';

/** Reasons not to go forward because of what people restrict in the environment; empty when nothing does. */
export function checkRestrictions({ observation }: Pick<Situation, 'observation'>): readonly Reason[] {
  return observation.restrictions === undefined ? [] : restrictionReasons(observation.restrictions);
}

/** What restricts, as reasons. */
export function restrictionReasons({ freezes, dependencies }: Restrictions): readonly Reason[] {
  return [
    ...freezes.map(({ name, reason, untilMs }): Reason => {
      const until = new Date(untilMs).toISOString();
      return {
        code: 'frozen',
        message: `the freeze "${name}" holds until ${until} (${reason}); guardrails stay armed`,
        releasedBy: `${until}, or a calendar without it`,
      };
    }),
    ...dependencies.map(dependencyReason),
  ];
}

function dependencyReason({ rollout, phase }: Restrictions['dependencies'][number]): Reason {
  if (phase === 'rolledBack')
    return {
      code: 'dependencyFailed',
      message: `it depends on "${rollout}", which was rolled back`,
      releasedBy: `"${rollout}" tried again and completed, or a new rollout that does not depend on it`,
    };
  const where = phase === null ? 'does not exist' : `is ${phase}`;
  return {
    code: 'dependencyPending',
    message: `it depends on "${rollout}", which ${where}`,
    releasedBy: `"${rollout}" completed`,
  };
}
