/** So many of a tenant's rollouts do harm, as in the decision benchmark. */
export const HARMFUL_SHARE = 0.25;
