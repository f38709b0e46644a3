import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { allDashboards } from '../../dashboards/grafana/index.ts';

/** One query of a dashboard, and where it stands. */
export interface Question {
  /** "fleet / Decisions / A". */
  readonly where: string;
  /** One of them has to be answered. */
  readonly exprs: readonly string[];
  /** Labels that its legend, title or text shows. */
  readonly shown: readonly string[];
}

/** Rollouts that may be chosen: panels are about the first one, marks of decisions about any. */
export type Choices = readonly [string, ...string[]];

/** A panel as the builders make it; the types of the library say nothing of its queries. */
interface QueryPanel {
  readonly title: string;
  readonly description?: string;
  readonly targets: readonly { readonly refId: string; readonly expr: string; readonly legendFormat?: string }[];
  readonly fieldConfig: { readonly defaults: { readonly unit?: string } };
}

/** Panels of a dashboard, without its headings. */
export function panelsOf({ panels = [] }: Dashboard): readonly QueryPanel[] {
  return panels.filter(({ type }) => type !== 'row') as unknown as readonly QueryPanel[];
}

/** Every query of every panel and annotation, as Grafana sends it. */
export function allQuestions(choices: Choices): readonly Question[] {
  return Object.entries(allDashboards()).flatMap(([name, dashboard]) => [
    ...panelsOf(dashboard).flatMap(({ title, targets }) =>
      targets.map(({ refId, expr, legendFormat = '' }) =>
        question(`${name} / ${title} / ${refId}`, expr, legendFormat, [choices[0]]),
      ),
    ),
    ...(dashboard.annotations?.list ?? []).map(({ name: title, expr, titleFormat, textFormat }) =>
      // Grafana asks over the time shown: a mark stays where it was.
      question(`${name} / mark ${title}`, `last_over_time((${expr})[10m:1s])`, `${titleFormat}${textFormat}`, choices),
    ),
  ]);
}

function question(where: string, expr: string, text: string, rollouts: readonly string[]): Question {
  const asked = rollouts.map((rollout) => chosen(expr, { ...ALWAYS, rollout }));
  return {
    where,
    exprs: [...new Set(asked)],
    shown: [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label!),
  };
}

/** The rest of what is chosen at the top of a page, and what Grafana works out itself. */
const ALWAYS = { __rate_interval: '1m', __range: '1h', tenant: 'default', environment: 'production' };

function chosen(expr: string, values: Readonly<Record<string, string>>): string {
  return expr.replace(/\$(\w+)/g, (_, name: string) => {
    if (values[name] === undefined) throw new Error(`nobody chooses $${name} in ${expr}`);
    return values[name];
  });
}
