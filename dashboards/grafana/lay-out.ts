import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Dashboard, DashboardBuilder, Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { heading } from './panels.ts';

/** Panels under a heading, from left to right and down. */
export type Section = readonly [title: string, panels: readonly Builder<Panel>[]];

/** The dashboard with its sections one below the other. */
export function layOut(dashboard: DashboardBuilder, sections: readonly Section[]): Dashboard {
  for (const [title, panels] of sections) {
    dashboard.withRow(heading(title));
    for (const panel of panels) dashboard.withPanel(panel);
  }
  return dashboard.build();
}
