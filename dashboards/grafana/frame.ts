import {
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
} from '@grafana/grafana-foundation-sdk/dashboard';

/** What is common to a dashboard of ours and different from the others. */
export interface Frame {
  /** Part of its address, so that links to it stay: rampwright-<name>. */
  readonly name: string;
  readonly title: string;
  /** The questions that it answers. */
  readonly description: string;
  /** How far back it looks at first: "now-3h". */
  readonly from: string;
}

const TAG = 'rampwright';

/** An empty dashboard with links to its neighbours. */
export function frame({ name, title, description, from }: Frame): DashboardBuilder {
  return new DashboardBuilder(title)
    .uid(uidOf(name))
    .description(description)
    .tags([TAG])
    .time({ from, to: 'now' })
    .timezone('browser')
    .refresh('10s')
    .tooltip(DashboardCursorSync.Crosshair)
    .readonly()
    .link(
      new DashboardLinkBuilder('Rampwright')
        .type(DashboardLinkType.Dashboards)
        .tags([TAG])
        .asDropdown(true)
        .includeVars(true)
        .keepTime(true),
    );
}

/** The part of a dashboard's address by which it is known. */
export function uidOf(name: string): string {
  return `rampwright-${name}`;
}
