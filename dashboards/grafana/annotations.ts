import { AnnotationQueryBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { COLOURS, type Colour } from './palette.ts';
import { DATASOURCE } from './variables.ts';

/** How finely decisions are placed: about one scrape. */
const STEP = '15s';

/** A mark for each decision that moved a rollout, found in the counters of decisions: no token is needed. */
export function decisionAnnotations(matchers: string): AnnotationQueryBuilder[] {
  const decisions = (pattern: string) => `rampwright_decisions_total{decision=~"${pattern}", ${matchers}}`;
  return [
    marks('Ramps and steps back', COLOURS.moving, decisions('ramp|stepBack'), 'reason_code'),
    marks('Completions', COLOURS.good, decisions('complete'), 'reason_code'),
    marks('Rollbacks', COLOURS.bad, decisions('rollback'), 'reason_code'),
    marks('By hand', COLOURS.neutral, `rampwright_moves_total{${matchers}}`, 'verb'),
  ];
}

function marks(name: string, color: Colour, counter: string, why: string): AnnotationQueryBuilder {
  return new AnnotationQueryBuilder()
    .name(name)
    .datasource(DATASOURCE)
    .enable(true)
    .iconColor(color)
    .expr(risesOf(counter, why))
    .step(STEP)
    .titleFormat(`${name}: {{rollout}}`)
    .textFormat(`{{${why}}}`)
    .tagKeys('environment,rollout');
}

/**
 * Where a counter has gone up within a step; `increase` would miss the first event, with which a series begins.
 *
 * A series that begins because Prometheus has only begun to look is no event.
 */
function risesOf(counter: string, why: string): string {
  const now = `sum by (environment, rollout, ${why}) (${counter})`;
  const before = `sum by (environment, rollout, ${why}) (${counter} offset ${STEP})`;
  const wasSeen = `sum by (environment) (rampwright_environment_version offset ${STEP})`;
  return `((${now} unless ${before}) and on (environment) ${wasSeen}) or (${now} - ${before} > 0)`;
}
