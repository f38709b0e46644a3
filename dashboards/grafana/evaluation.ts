import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { decisionAnnotations } from './annotations.ts';
import { frame } from './frame.ts';
import { layOut } from './lay-out.ts';
import { COLOURS, steps } from './palette.ts';
import { lines, number } from './panels.ts';
import { ask, IN_ENVIRONMENT, quantile, rate, told } from './queries.ts';
import { PROCESSES } from './servers.ts';
import { datasourceVariable, environmentVariable, ofMany, tenantVariable } from './variables.ts';

const EVALUATIONS = 'surface=~"evaluate.*"';
const FAILED_SHARE = `(${rate('http_requests_total', `status="5xx", ${EVALUATIONS}`)} or vector(0)) / ${rate('http_requests_total', EVALUATIONS)}`;
const REFUSED_SHARE = `(${rate('http_requests_total', 'status="4xx"', ['surface'])} or ${rate('http_requests_total', '', ['surface'])} * 0) / ${rate('http_requests_total', '', ['surface'])}`;
const SLOW = `histogram_quantile(0.99, sum by (le) (rate(rampwright_http_request_duration_seconds_bucket{${EVALUATIONS}}[$__rate_interval])))`;

const NUMBERS = [
  number({
    title: 'Evaluations',
    description:
      'Flags evaluated per second over HTTP; a bulk answer counts all of its flags. Evaluations inside applications are not seen here.',
    width: 6,
    unit: 'ops',
    asked: [ask(rate('evaluations_total', ''), 'evaluations')],
  }),
  number({
    title: 'Failed',
    description: 'Share of evaluation requests answered with a server error. Anything lasting is an incident.',
    width: 6,
    unit: 'percentunit',
    asked: [ask(FAILED_SHARE, 'failed')],
    thresholds: steps(COLOURS.good, [0.0001, COLOURS.waiting], [0.001, COLOURS.bad]),
  }),
  number({
    title: 'p99',
    description: '99 of 100 evaluation requests are answered within this time, measured in the server.',
    width: 6,
    unit: 's',
    asked: [ask(SLOW, 'p99')],
    thresholds: steps(COLOURS.good, [0.01, COLOURS.waiting], [0.1, COLOURS.bad]),
  }),
  number({
    title: 'Readers of snapshots',
    description:
      'Streams that are told of every change: providers, edges, pages. All gone at once: look at the network.',
    width: 6,
    asked: [ask(`sum(rampwright_snapshot_readers{${IN_ENVIRONMENT}})`, 'readers')],
  }),
];

const REQUESTS = [
  lines({
    title: 'Requests by surface',
    description:
      'evaluate: one flag over OFREP; evaluateAll: all of them; snapshot and stream: in-process evaluation; ingest: windows reported.',
    width: 12,
    unit: 'reqps',
    min: 0,
    isStacked: true,
    asked: [ask(rate('http_requests_total', '', ['surface']), '{{surface}}')],
  }),
  lines({
    title: 'Latency by surface (p99)',
    description: 'From the headers of a request to the end of its answer.',
    width: 12,
    unit: 's',
    min: 0,
    asked: [ask(quantile(0.99, 'http_request_duration_seconds', ['surface']), '{{surface}}')],
  }),
  lines({
    title: 'Server errors by surface',
    description:
      'Answers with 5xx per second. Evaluation needs no database, so it should show none even when the database is away.',
    width: 12,
    unit: 'reqps',
    min: 0,
    colours: { '.*': COLOURS.bad },
    asked: [ask(`${rate('http_requests_total', 'status="5xx"', ['surface'])} or vector(0)`, '{{surface}}')],
  }),
  lines({
    title: 'Refused by surface',
    description: 'Share of requests answered with 4xx: unknown flags, keys without a scope, too many requests.',
    width: 12,
    unit: 'percentunit',
    min: 0,
    max: 1,
    asked: [ask(REFUSED_SHARE, '{{surface}}')],
  }),
  lines({
    title: 'Evaluations by reason',
    description:
      'Why a value was served. SPLIT and TARGETING_MATCH: rules and rollouts; ERROR: a flag that does not exist or a rule that fails.',
    width: 12,
    unit: 'ops',
    min: 0,
    isStacked: true,
    asked: [ask(rate('evaluations_total', '', ['reason']), '{{reason}}')],
  }),
  lines({
    title: 'Median latency by surface',
    description: 'Half of the requests are faster. The distance to p99 tells how uneven it is.',
    width: 12,
    unit: 's',
    min: 0,
    asked: [ask(quantile(0.5, 'http_request_duration_seconds', ['surface']), '{{surface}}')],
  }),
];

const SNAPSHOTS = [
  lines({
    title: 'Version of each environment, by server',
    description:
      'Goes up by one with every change. Servers of one environment must not differ for more than a second or two.',
    width: 12,
    asked: [ask(`rampwright_environment_version{${IN_ENVIRONMENT}}`, '{{environment}} {{instance}}')],
  }),
  lines({
    title: 'Readers by environment',
    description: 'Streams open for snapshots, per environment.',
    width: 12,
    min: 0,
    asked: [ask(told('snapshot_readers', IN_ENVIRONMENT, ['environment', 'instance']), '{{environment}} {{instance}}')],
  }),
];

const INGEST = [
  lines({
    title: 'Reports',
    description: 'Reports of windows per second, by what became of them.',
    width: 12,
    unit: 'reqps',
    min: 0,
    asked: [ask(rate('reports_total', IN_ENVIRONMENT, ['environment', 'result']), '{{environment}} {{result}}')],
  }),
  lines({
    title: 'OTLP data points',
    description:
      'Points received over OTLP. "baseline" begins a series, "ignored" belongs to no rollout, "rejected" is a mistake of the sender.',
    width: 12,
    min: 0,
    asked: [
      ask(
        `${rate('otlp_points_total', IN_ENVIRONMENT, ['environment', 'result'])} or vector(0)`,
        '{{environment}} {{result}}',
      ),
    ],
  }),
];

/** Evaluation as applications feel it: how much, how fast, how often it fails, and what reaches the readers. */
export function evaluationDashboard(): Dashboard {
  const dashboard = frame({
    name: 'evaluation',
    title: 'Rampwright / Evaluation',
    description: 'How much is evaluated, how fast, how often does it fail, and do changes reach their readers?',
    from: 'now-3h',
  })
    .withVariable(datasourceVariable())
    .withVariable(ofMany(tenantVariable()))
    .withVariable(ofMany(environmentVariable()))
    .annotations(decisionAnnotations(IN_ENVIRONMENT));
  return layOut(dashboard, [
    ['Now', NUMBERS],
    ['Requests', REQUESTS],
    ['Snapshots', SNAPSHOTS],
    ['What is reported', INGEST],
    ['Processes', PROCESSES],
  ]);
}
