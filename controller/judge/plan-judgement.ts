import { type MetricDefinition, Problem, SHARE_TOTAL, type Violation } from '../../domain/index.ts';
import type { JudgeInput } from '../../domain/schema/index.ts';
import { checkMetrics } from '../plan/check-metrics.ts';
import { checkSource } from '../plan/check-source.ts';
import { METRIC_DEFAULTS, planMetric } from '../plan/plan-metric.ts';
import { ROLLOUT_DEFAULTS } from '../plan/plan-rollout.ts';
import { checkWindows } from './check-windows.ts';
import { closedWindows } from './closed-windows.ts';
import type { JudgePlan, PlannedJudgement, WindowsAsked } from './judge-plan.ts';

const DEFAULT_STEP_MS = 60_000;

/** Most comparisons of a window's metric with control in one judgement, so that none takes long. */
const MAX_COMPARISONS = 10_000;

/** The complete plan of a judgement; Problem `invalidJudgement` with one violation per mistake. */
export function planJudgement(input: JudgeInput): PlannedJudgement {
  const plan = planOf(input);
  const { windows, prometheus } = input;
  const violations = [
    ...checkVariants(plan),
    ...checkShares(plan, input),
    ...checkMetrics(plan.metrics),
    ...checkOrigin(input),
    ...(windows === undefined ? [] : checkWindows(windows, plan)),
    ...(prometheus === undefined ? [] : checkSelectors(plan, prometheus)),
    ...checkWork(plan, windows?.length ?? 0),
  ];
  if (violations.length > 0) {
    throw new Problem('invalidJudgement', `the request has ${violations.length} mistake(s)`, violations);
  }
  return prometheus === undefined ? { plan, windows: closedWindows(windows!) } : { plan, asked: askedOf(prometheus) };
}

/** What keeps so many windows from being judged at once. */
export function checkWork({ metrics, treatments }: JudgePlan, windowCount: number): readonly Violation[] {
  const comparisons = windowCount * metrics.length * treatments.length;
  if (comparisons <= MAX_COMPARISONS) return [];
  const message = `${windowCount} windows of ${metrics.length} metric(s) and ${treatments.length} treatment(s) are ${comparisons} comparisons; ${MAX_COMPARISONS} are possible: take longer windows`;
  return [{ path: '', message }];
}

function planOf(input: JudgeInput): JudgePlan {
  const counts = input.counts ?? 'requests';
  return {
    control: input.control,
    treatments: input.treatments ?? variantsIn(input).filter((variant) => variant !== input.control),
    metrics: (input.metrics ?? metricsIn(input)).map((metric) =>
      planMetric({
        ...metric,
        ...sourceOf(metric.metric, input),
        dispersion: metric.dispersion ?? (counts === 'units' ? 1 : METRIC_DEFAULTS.requestDispersion),
      }),
    ),
    counts,
    alpha: input.alpha ?? ROLLOUT_DEFAULTS.alpha,
    nonInferiorityMargin: input.nonInferiorityMargin ?? ROLLOUT_DEFAULTS.nonInferiorityMargin,
    burnInMs: input.burnInMs ?? 0,
    minExposures: input.minExposures ?? ROLLOUT_DEFAULTS.minExposures,
    shares: input.shares ?? null,
  };
}

function variantsIn({ windows = [] }: JudgeInput): readonly string[] {
  return [...new Set(windows.flatMap(({ variants }) => Object.keys(variants)))].sort();
}

function metricsIn({ windows = [], prometheus }: JudgeInput): NonNullable<JudgeInput['metrics']> {
  const shown = windows.flatMap(({ variants }) =>
    Object.values(variants).flatMap(({ metrics }) => Object.keys(metrics)),
  );
  const names = [...new Set([...shown, ...Object.keys(prometheus?.selectors ?? {})])].sort();
  return names.map((metric) => ({ metric }));
}

function sourceOf(metric: string, { prometheus }: JudgeInput): Partial<Pick<MetricDefinition, 'source'>> {
  if (prometheus === undefined || !Object.hasOwn(prometheus.selectors, metric)) return {};
  const { variantLabel, selectors } = prometheus;
  return { source: { kind: 'prometheus', variantLabel, ...selectors[metric] } };
}

function checkVariants({ control, treatments }: JudgePlan): readonly Violation[] {
  if (treatments.length === 0) return [{ path: '/treatments', message: `nothing is there but control "${control}"` }];
  if (treatments.length > 10)
    return [{ path: '/treatments', message: `${treatments.length} are too many; name 10 at most` }];
  const isRepeated = treatments.includes(control);
  return isRepeated ? [{ path: '/treatments', message: `"${control}" is the control already` }] : [];
}

function checkShares(
  { shares, control, treatments, counts }: JudgePlan,
  { prometheus }: JudgeInput,
): readonly Violation[] {
  const violations: Violation[] = [];
  const at = (path: string, message: string) => violations.push({ path, message });
  if (counts === 'units' && prometheus !== undefined) at('/counts', 'Prometheus counts requests');
  if (shares === null) return violations;
  if (counts !== 'units')
    at('/shares', 'the sample ratio is a matter of units: send windows that count them, and "counts": "units"');
  const wanted = [control, ...treatments];
  for (const variant of wanted) if (!Object.hasOwn(shares, variant)) at('/shares', `"${variant}" has none`);
  for (const variant of Object.keys(shares))
    if (!wanted.includes(variant)) at('/shares', `"${variant}" is not compared`);
  const sum = Object.values(shares).reduce((total, share) => total + share, 0);
  if (sum !== SHARE_TOTAL) at('/shares', `they sum to ${sum}; they must sum to ${SHARE_TOTAL}`);
  return violations;
}

function checkOrigin({ windows, prometheus, treatments }: JudgeInput): readonly Violation[] {
  const violations: Violation[] = [];
  if ((windows === undefined) === (prometheus === undefined)) {
    violations.push({ path: '', message: 'give either "windows", or "prometheus" to pull them from' });
  }
  if (prometheus === undefined) return violations;
  const { from, lookbackMs } = prometheus;
  if (treatments === undefined) violations.push({ path: '/treatments', message: 'name them: the values of the label' });
  if ((from === undefined) === (lookbackMs === undefined)) {
    violations.push({ path: '/prometheus', message: 'give either "from" or "lookbackMs"' });
  }
  if (typeof from === 'string' && !isMoment(from)) {
    violations.push({ path: '/prometheus/from', message: `"${from}" is no moment such as 2026-01-31T12:00:00Z` });
  }
  return violations;
}

/** RFC 3339, section 5.6: date, time and offset, none of them left out. */
function isMoment(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i.test(text) && !Number.isNaN(Date.parse(text));
}

function checkSelectors(
  { metrics }: JudgePlan,
  { selectors }: NonNullable<JudgeInput['prometheus']>,
): readonly Violation[] {
  const declared = metrics.map(({ metric }) => metric);
  return [
    ...metrics.flatMap((metric) =>
      metric.source.kind === 'prometheus'
        ? checkSource(metric, `/prometheus/selectors/${metric.metric}`)
        : [{ path: '/prometheus/selectors', message: `"${metric.metric}" has none` }],
    ),
    ...Object.keys(selectors)
      .filter((metric) => !declared.includes(metric))
      .map((metric) => ({ path: `/prometheus/selectors/${metric}`, message: 'is not among the metrics' })),
  ];
}

function askedOf({ from, lookbackMs, stepMs, absenceMs }: NonNullable<JudgeInput['prometheus']>): WindowsAsked {
  return {
    fromMs: from === undefined ? null : typeof from === 'number' ? from : Date.parse(from),
    lookbackMs: lookbackMs ?? 0,
    stepMs: stepMs ?? DEFAULT_STEP_MS,
    absenceMs: absenceMs ?? null,
  };
}
