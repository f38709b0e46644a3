/** How one variant of the shop behaves. */
export interface Behaviour {
  /** Share of requests that fail, in [0, 1]. */
  readonly failureProbability: number;
  /** Median time that a request takes, ms; the spread around it is log-normal. */
  readonly medianMs: number;
}

/** What everything does that works as it should. */
const SOUND: Behaviour = { failureProbability: 0.005, medianMs: 6 };

/** The new checkout as it was written: it fails four times in a hundred and is slower. */
const BROKEN: Behaviour = { failureProbability: 0.04, medianMs: 10 };

/** A page of the shop, and what the variants of its flag do. */
export interface Page {
  readonly path: string;
  readonly flag: string;
  readonly rollout: string;
  readonly control: string;
  readonly treatment: string;
  readonly behaviours: Readonly<Record<string, Behaviour>>;
}

/** `mixed`: a broken change beside a sound one; `healthy`: both changes are sound. */
export type Scenario = 'mixed' | 'healthy';

/** The two pages of the shop: each has a change that is being rolled out. */
export function pagesOf(scenario: Scenario): readonly Page[] {
  return [
    {
      path: '/checkout',
      flag: 'checkout-flow',
      rollout: 'express-checkout',
      control: 'classic',
      treatment: 'express',
      behaviours: { classic: SOUND, express: scenario === 'mixed' ? BROKEN : SOUND },
    },
    {
      path: '/search',
      flag: 'search-ranking',
      rollout: 'semantic-search',
      control: 'keyword',
      treatment: 'semantic',
      behaviours: { keyword: SOUND, semantic: SOUND },
    },
  ];
}
