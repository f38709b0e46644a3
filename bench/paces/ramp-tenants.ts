import type { Appetite } from '../../models/index.ts';
import type { Scenario } from '../../simulation/index.ts';

/** Somebody with traffic and a taste of their own. */
export interface RampTenant {
  readonly name: string;
  readonly appetite: Appetite;
  /** Requests per minute of their services. */
  readonly requestsPerMinute: readonly [number, number];
}

/** The three that the experiment is made for. */
export const RAMP_TENANTS: readonly RampTenant[] = [
  { name: 'cautious bank', appetite: 'careful', requestsPerMinute: [1_000, 4_000] },
  { name: 'busy shop', appetite: 'balanced', requestsPerMinute: [5_000, 20_000] },
  { name: 'tiny service', appetite: 'fast', requestsPerMinute: [60, 400] },
];

/** A scenario as it would be at this tenant's. */
export function atTenant(scenario: Scenario, { requestsPerMinute }: RampTenant): Scenario {
  return {
    ...scenario,
    base: { ...scenario.base, requestsPerMinute: { logUniform: [...requestsPerMinute] } },
  } as Scenario;
}
