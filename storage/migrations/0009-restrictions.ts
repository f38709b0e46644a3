/** At most one rollout of an exclusion group in progress, whoever starts them at the same moment. */
export const RESTRICTIONS = `
create unique index rollout_in_exclusion_group on rollout (tenant, environment, (definition ->> 'exclusionGroup'))
 where phase in ('running', 'paused') and definition ->> 'exclusionGroup' is not null;
`;
