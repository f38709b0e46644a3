import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { evaluationDashboard } from './evaluation.ts';
import { fleetDashboard } from './fleet.ts';
import { modelsDashboard } from './models.ts';
import { rolloutDashboard } from './rollout.ts';

/** All dashboards, by the name of their file. */
export function allDashboards(): Readonly<Record<string, Dashboard>> {
  return {
    fleet: fleetDashboard(),
    rollout: rolloutDashboard(),
    models: modelsDashboard(),
    evaluation: evaluationDashboard(),
  };
}

/** The text of a dashboard's file. */
export function fileOf(dashboard: Dashboard): string {
  return `${JSON.stringify(dashboard, null, 2)}\n`;
}
