export type { Figure, Figures } from './figures.ts';
export { scoreCardHtml } from './html/score-card-html.ts';
export { makeScoreCard } from './make-score-card.ts';
export type { MetricName } from './metrics.ts';
export type { RunOutcome, ScenarioKind } from './run-outcome.ts';
export type {
  DelayPoint,
  Front,
  FrontSetting,
  PolicyDifference,
  PolicyScore,
  ScenarioScore,
  ScoreCard,
  ScoreCardPlan,
  Sweep,
} from './score-card.ts';
export { scoreCardJson } from './score-card-json.ts';
export { scoreCardText } from './score-card-text.ts';
