/** Rollouts say what they do with an inconclusive stage; evidence by epoch starts anew where it stands. */
export const PATIENCE = `
-- As text, so that the order of keys stays.
update rollout r set definition = (
  select json_object_agg(key, value order by position)
    from (select key, value, position from json_each(r.definition) with ordinality d(key, value, position)
          union all values ('patienceMs', json '7200000', 1000::bigint),
                           ('onInconclusive', json '"proceed"', 1001)) entries);

update evidence set state = null;
`;
