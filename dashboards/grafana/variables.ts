import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common';
import {
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';

/** The Prometheus that is chosen at the top of the page. */
export const DATASOURCE: DataSourceRef = { type: 'prometheus', uid: '$datasource' };

/** Which Prometheus. */
export function datasourceVariable(): DatasourceVariableBuilder {
  return new DatasourceVariableBuilder('datasource').label('Prometheus').type('prometheus');
}

/** Which tenant: one at a time, and mostly there is one. */
export function tenantVariable(): QueryVariableBuilder {
  return labelVariable('tenant', 'Tenant', 'rampwright_environment_version');
}

/** Which environment of it. */
export function environmentVariable(): QueryVariableBuilder {
  return labelVariable('environment', 'Environment', 'rampwright_environment_version{tenant=~"$tenant"}');
}

/** Which rollout in it, among those in progress and those that ended in the time shown. */
export function rolloutVariable(): QueryVariableBuilder {
  return labelVariable('rollout', 'Rollout', 'rampwright_rollout_info{tenant="$tenant", environment="$environment"}');
}

/** The same variable, of which all values may be chosen at once. */
export function ofMany(variable: QueryVariableBuilder): QueryVariableBuilder {
  return variable.multi(true).includeAll(true).allValue('.+').current({ text: 'All', value: '$__all' });
}

function labelVariable(name: string, label: string, series: string): QueryVariableBuilder {
  const query = `label_values(${series}, ${name})`;
  return new QueryVariableBuilder(name)
    .label(label)
    .datasource(DATASOURCE)
    .query({ query, refId: name })
    .definition(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc);
}
