import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { COLOURS, steps, words } from './palette.ts';
import { lines, number } from './panels.ts';
import { ask, quantile, rate } from './queries.ts';

/** Figures of Node.js belong to us where the same target also tells of our job queue. */
const OURS = 'and on (instance, job) rampwright_job_queue_up';

const UP = words({ 0: ['away', COLOURS.bad], 1: ['there', COLOURS.good] });

/** Panels about the control loop and what it stands on. */
export const CONTROL_LOOP: readonly Builder<Panel>[] = [
  number({
    title: 'Servers',
    description: 'Servers that Prometheus reaches. Fewer than you started: look for the one that is missing.',
    width: 4,
    asked: [ask('count(rampwright_job_queue_up)', 'servers')],
  }),
  number({
    title: 'Database',
    description: 'Whether every server has its database. While one has not, its rollouts hold; evaluation goes on.',
    width: 4,
    asked: [ask('min(rampwright_storage_up)', 'database')],
    mappings: [UP],
  }),
  number({
    title: 'Job queue',
    description: 'Whether jobs (training, notifications) can be added. Decisions do not need it.',
    width: 4,
    asked: [ask('min(rampwright_job_queue_up)', 'queue')],
    mappings: [UP],
  }),
  number({
    title: 'Last sweep',
    description: 'Time since any server last asked which rollouts are due. Above a minute nobody decides anything.',
    width: 4,
    unit: 's',
    asked: [ask('time() - max(rampwright_control_loop_last_sweep_timestamp_seconds)', 'ago')],
    thresholds: steps(COLOURS.good, [10, COLOURS.waiting], [60, COLOURS.bad]),
  }),
  number({
    title: 'Lag of the loop (p99)',
    description:
      'How long rollouts were due before a pass took them. More than a window: add servers, or look at the database.',
    width: 4,
    unit: 's',
    asked: [ask(quantile(0.99, 'control_loop_lag_seconds'), 'p99')],
    thresholds: steps(COLOURS.good, [5, COLOURS.waiting], [30, COLOURS.bad]),
  }),
  number({
    title: 'Failed passes',
    description:
      'Passes per minute that ended in an error. The log of the server says which; that rollout holds meanwhile.',
    width: 4,
    asked: [
      ask('(sum(rate(rampwright_passes_total{result="failed"}[$__rate_interval])) or vector(0)) * 60', 'per minute'),
    ],
    thresholds: steps(COLOURS.good, [0.1, COLOURS.waiting], [1, COLOURS.bad]),
  }),
  lines({
    title: 'Passes',
    description:
      'Looks at rollouts by what came of them. "nothingNew": no window had closed; "superseded": another server was faster.',
    width: 8,
    unit: 'ops',
    min: 0,
    asked: [ask(rate('passes_total', '', ['result']), '{{result}}')],
  }),
  lines({
    title: 'Duration of a pass',
    description:
      'Observe, decide, record and apply, for one rollout. Mostly the database; slow passes delay decisions.',
    width: 8,
    unit: 's',
    min: 0,
    asked: [ask(quantile(0.5, 'pass_duration_seconds'), 'p50'), ask(quantile(0.99, 'pass_duration_seconds'), 'p99')],
  }),
  lines({
    title: 'From the end of a window to its decision',
    description:
      'What a breach costs in time before it is answered: the attribution time of the metrics, and the loop.',
    width: 8,
    unit: 's',
    min: 0,
    asked: [
      ask(quantile(0.5, 'decision_latency_seconds'), 'p50'),
      ask(quantile(0.99, 'decision_latency_seconds'), 'p99'),
    ],
  }),
  lines({
    title: 'Rollouts due',
    description: 'Rollouts that the newest sweep of each server has claimed. Always at 16: one server is not enough.',
    width: 8,
    min: 0,
    asked: [ask('rampwright_control_loop_due_rollouts', '{{instance}}')],
  }),
  lines({
    title: 'Round trip to the database',
    description: 'An empty question to the database, every five seconds.',
    width: 8,
    unit: 's',
    min: 0,
    asked: [ask('rampwright_storage_round_trip_seconds', '{{instance}}')],
  }),
  lines({
    title: 'Jobs',
    description:
      'Attempts at jobs per second, by what came of them. A failed attempt is repeated where the job allows it.',
    width: 8,
    unit: 'ops',
    min: 0,
    asked: [ask(rate('jobs_total', '', ['name', 'result']), '{{name}} {{result}}')],
  }),
  lines({
    title: 'Messages to webhooks',
    description:
      'Attempts per second by what came of them. "given_up": a receiver took nothing for a day; the list of its deliveries says why.',
    width: 12,
    unit: 'ops',
    min: 0,
    asked: [ask(rate('webhook_deliveries_total', '', ['outcome']), '{{outcome}}')],
  }),
  lines({
    title: 'Oldest message that waits',
    description: 'How long the oldest message to any webhook has been waiting. Above an hour: a receiver is away.',
    width: 12,
    unit: 's',
    min: 0,
    asked: [ask('max(rampwright_webhook_oldest_pending_seconds)', 'oldest')],
  }),
];

/** Panels about the processes. */
export const PROCESSES: readonly Builder<Panel>[] = [
  lines({
    title: 'Processor',
    description: 'Cores that each server uses. JavaScript runs on one: close to 1 means that requests wait.',
    width: 8,
    min: 0,
    asked: [ask(`rate(process_cpu_seconds_total[$__rate_interval]) ${OURS}`, '{{instance}}')],
    thresholds: steps(COLOURS.neutral, [1, COLOURS.bad]),
  }),
  lines({
    title: 'Event loop lag (p99)',
    description: 'How long the process was too busy to answer anything. Above 50 ms evaluations over HTTP feel it.',
    width: 8,
    unit: 's',
    min: 0,
    asked: [ask(`nodejs_eventloop_lag_p99_seconds ${OURS}`, '{{instance}}')],
    thresholds: steps(COLOURS.neutral, [0.05, COLOURS.bad]),
  }),
  lines({
    title: 'Memory',
    description: 'Resident memory of each server. Steady growth over days is a leak; report it.',
    width: 8,
    unit: 'bytes',
    min: 0,
    asked: [ask(`process_resident_memory_bytes ${OURS}`, '{{instance}}')],
  }),
];
