import { readFileSync } from 'node:fs';
import { OIDC_VARIABLES, type OidcConfiguration, readOidc } from './oidc/oidc-configuration.ts';

/** What the process is told from outside. */
export interface Configuration {
  readonly host: string;
  readonly port: number;
  /** PostgreSQL; null: the embedded database in `dataDirectory`. */
  readonly databaseUrl: string | null;
  readonly dataDirectory: string;
  /** Redis for jobs; absent: they are kept in the database. */
  readonly redisUrl?: string;
  /** An admin key chosen by the operator; null: one is made at the first start. */
  readonly adminKey: string | null;
  readonly logLevel: string;
  /** Share of the process's life between the signal to stop and the end of accepting requests, in ms. */
  readonly drainMs: number;
  /** Requests per second that each key may make, less for client keys; 0: as many as it likes. */
  readonly rateLimit: number;
  /** Where flagd's sync service listens; absent: nowhere. */
  readonly flagd?: {
    readonly port: number;
    /** In PEM; null: without TLS. */
    readonly tls: { readonly certificate: string; readonly key: string } | null;
  };
  /** The Prometheus that rollouts may name counters of; absent: none. */
  readonly prometheus?: {
    readonly url: string;
    /** Bearer token; null: none is sent. */
    readonly token: string | null;
    /** How long after its end a window is asked for, at the least, in ms: until its scrapes have been stored. */
    readonly lagMs: number;
  };
  /** Hosts that webhooks may be sent to though they are private or without encryption: "host" or "host:port". */
  readonly webhookHosts?: readonly string[];
  /** Where people find this server, for links in messages and for coming back from a provider; absent: there are none. */
  readonly publicUrl?: string;
  /** The provider that people may sign in with; absent: passwords only. */
  readonly oidc?: OidcConfiguration;
  /** Whether tenants learn from each other's clipped sums, and which take no part; absent: they do not. */
  readonly pool?: { readonly without: readonly string[] };
  /** What a scraper has to send as a bearer token; absent: `/metrics` is open. */
  readonly metricsToken?: string;
  /** The Grafana in which decisions are marked; absent: none is told. */
  readonly grafana?: { readonly url: string; readonly token: string };
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

/** Variables of the command line and of applications, which may be set in the same shell. */
const READ_BY_OTHERS = ['RAMPWRIGHT_URL', 'RAMPWRIGHT_KEY'];

/** Every variable that is read, with what it means: the help text and the check in one. */
export const VARIABLES: Readonly<Record<string, string>> = {
  RAMPWRIGHT_HOST: 'address to listen on (default 127.0.0.1; 0.0.0.0 for all)',
  RAMPWRIGHT_PORT: 'port to listen on (default 8080; 0 for any free one)',
  RAMPWRIGHT_DATA_DIR: 'directory of the embedded database (default .rampwright)',
  RAMPWRIGHT_ADMIN_KEY: 'admin key to accept, as printed by a first start (also as RAMPWRIGHT_ADMIN_KEY_FILE)',
  RAMPWRIGHT_LOG_LEVEL: `one of ${LOG_LEVELS.join(', ')} (default info)`,
  RAMPWRIGHT_DRAIN_MS: 'time between SIGTERM and the end of accepting requests (default 0)',
  RAMPWRIGHT_FLAGD_PORT: "port of flagd's gRPC sync service, usually 8015 (default none: it is off)",
  RAMPWRIGHT_FLAGD_TLS_CERT:
    'certificate chain of that port in PEM, mostly as RAMPWRIGHT_FLAGD_TLS_CERT_FILE (default: no TLS)',
  RAMPWRIGHT_FLAGD_TLS_KEY: 'private key of that certificate in PEM, mostly as RAMPWRIGHT_FLAGD_TLS_KEY_FILE',
  RAMPWRIGHT_PROMETHEUS_URL: 'Prometheus whose counters rollouts may use, such as http://127.0.0.1:9090 (default none)',
  RAMPWRIGHT_PROMETHEUS_TOKEN: 'bearer token for it (also as RAMPWRIGHT_PROMETHEUS_TOKEN_FILE; default none)',
  RAMPWRIGHT_PROMETHEUS_LAG_MS:
    'time from the end of a window until Prometheus has stored all of its scrapes (default 15000)',
  RAMPWRIGHT_GRAFANA_URL: 'Grafana to mark decisions in, such as http://127.0.0.1:3000 (default none)',
  RAMPWRIGHT_GRAFANA_TOKEN:
    'token of a service account there that may write annotations, mostly as RAMPWRIGHT_GRAFANA_TOKEN_FILE',
  RAMPWRIGHT_WEBHOOK_HOSTS:
    'hosts that webhooks may be sent to by http or in private networks: host or host:port, with commas between (default none)',
  RAMPWRIGHT_METRICS_TOKEN:
    'bearer token that opens /metrics (also as RAMPWRIGHT_METRICS_TOKEN_FILE; default none: it is open)',
  RAMPWRIGHT_PUBLIC_URL:
    'address of this server for people, for links in messages and sign-in with a provider (default: no links)',
  ...OIDC_VARIABLES,
  RAMPWRIGHT_RATE_LIMIT: 'requests per second and key; a fifth for client keys (default 5000; 0 for no limit)',
  RAMPWRIGHT_POOL:
    'on: what changes usually do is also learned from the clipped sums of at least ten tenants (default off)',
  RAMPWRIGHT_POOL_WITHOUT: 'names of tenants that take no part in it, separated by commas (default none)',
  REDIS_URL: 'Redis to keep jobs in instead of the database (also as REDIS_URL_FILE)',
  DATABASE_URL: 'PostgreSQL to use instead of the embedded database (also as DATABASE_URL_FILE)',
};

/** Reads the configuration from environment variables; throws one Error that lists every mistake. */
export function readConfiguration(env: Readonly<Record<string, string | undefined>>): Configuration {
  const mistakes: string[] = [];
  const text = (name: string): string | null => {
    const file = env[`${name}_FILE`];
    if (env[name] !== undefined && file !== undefined) mistakes.push(`${name} and ${name}_FILE are both set; keep one`);
    if (file === undefined) return env[name]?.trim() || null;
    try {
      return readFileSync(file, 'utf8').trim() || null;
    } catch (error) {
      mistakes.push(`${name}_FILE: cannot read ${file}: ${(error as Error).message}`);
      return null;
    }
  };
  const integer = <T extends number | null>(name: string, fallback: T, max: number): number | T => {
    const value = text(name);
    if (value === null) return fallback;
    const parsed = Number(value);
    if (!Number.isInteger(parsed) || parsed < 0 || parsed > max)
      mistakes.push(`${name}: "${value}" is not an integer from 0 to ${max}`);
    return parsed;
  };
  for (const name of Object.keys(env)) {
    const isOurs = name.startsWith('RAMPWRIGHT_') && !(name.replace(/_FILE$/, '') in VARIABLES);
    if (isOurs && !READ_BY_OTHERS.includes(name))
      mistakes.push(`${name} is not known; known are ${Object.keys(VARIABLES).join(', ')}`);
  }
  const flagdPort = integer('RAMPWRIGHT_FLAGD_PORT', null, 65_535);
  const certificate = text('RAMPWRIGHT_FLAGD_TLS_CERT');
  const key = text('RAMPWRIGHT_FLAGD_TLS_KEY');
  if ((certificate === null) !== (key === null))
    mistakes.push('RAMPWRIGHT_FLAGD_TLS_CERT and RAMPWRIGHT_FLAGD_TLS_KEY belong together; set both or none');
  const tls = certificate === null || key === null ? null : { certificate, key };
  const prometheusUrl = text('RAMPWRIGHT_PROMETHEUS_URL');
  const token = text('RAMPWRIGHT_PROMETHEUS_TOKEN');
  const grafanaUrl = text('RAMPWRIGHT_GRAFANA_URL');
  const grafanaToken = text('RAMPWRIGHT_GRAFANA_TOKEN');
  mistakes.push(...accessMistakes('RAMPWRIGHT_GRAFANA', grafanaUrl, grafanaToken));
  if (grafanaUrl !== null && grafanaToken === null)
    mistakes.push('RAMPWRIGHT_GRAFANA_URL needs RAMPWRIGHT_GRAFANA_TOKEN');
  const publicUrl = text('RAMPWRIGHT_PUBLIC_URL');
  mistakes.push(...accessMistakes('RAMPWRIGHT_PUBLIC', publicUrl, null));
  const oidc = readOidc(text, publicUrl, mistakes);
  const webhookHosts = (text('RAMPWRIGHT_WEBHOOK_HOSTS') ?? '').split(',').flatMap((host) => host.trim() || []);
  for (const host of webhookHosts)
    if (!/^([a-z0-9.-]+|\[[0-9a-f:]+\])(:\d{1,5})?$/.test(host))
      mistakes.push(`RAMPWRIGHT_WEBHOOK_HOSTS: "${host}" is no host in lower case, with or without a port`);
  const metricsToken = text('RAMPWRIGHT_METRICS_TOKEN');
  if (metricsToken !== null && !isToken(metricsToken))
    mistakes.push('RAMPWRIGHT_METRICS_TOKEN: has characters that no token has');
  const lagMs = integer('RAMPWRIGHT_PROMETHEUS_LAG_MS', 15_000, 3_600_000);
  mistakes.push(...accessMistakes('RAMPWRIGHT_PROMETHEUS', prometheusUrl, token));
  const redisUrl = text('REDIS_URL');
  if (redisUrl !== null && !(/^rediss?:\/\/./.test(redisUrl) && URL.canParse(redisUrl)))
    mistakes.push('REDIS_URL: must begin with redis:// or rediss:// and name a host');
  const pool = text('RAMPWRIGHT_POOL') ?? 'off';
  const without = (text('RAMPWRIGHT_POOL_WITHOUT') ?? '').split(',').flatMap((name) => name.trim() || []);
  if (pool !== 'on' && pool !== 'off') mistakes.push(`RAMPWRIGHT_POOL: "${pool}" is neither on nor off`);
  const configuration: Configuration = {
    host: text('RAMPWRIGHT_HOST') ?? '127.0.0.1',
    port: integer('RAMPWRIGHT_PORT', 8080, 65_535),
    databaseUrl: text('DATABASE_URL'),
    dataDirectory: text('RAMPWRIGHT_DATA_DIR') ?? '.rampwright',
    adminKey: text('RAMPWRIGHT_ADMIN_KEY'),
    logLevel: text('RAMPWRIGHT_LOG_LEVEL') ?? 'info',
    drainMs: integer('RAMPWRIGHT_DRAIN_MS', 0, 60_000),
    rateLimit: integer('RAMPWRIGHT_RATE_LIMIT', 5_000, 1_000_000),
    ...(redisUrl === null ? {} : { redisUrl }),
    ...(pool === 'on' ? { pool: { without } } : {}),
    ...(flagdPort === null ? {} : { flagd: { port: flagdPort, tls } }),
    ...(webhookHosts.length === 0 ? {} : { webhookHosts }),
    ...(publicUrl === null ? {} : { publicUrl }),
    ...(metricsToken === null ? {} : { metricsToken }),
    ...(oidc === undefined ? {} : { oidc }),
    ...(grafanaUrl === null || grafanaToken === null ? {} : { grafana: { url: grafanaUrl, token: grafanaToken } }),
    ...(prometheusUrl === null ? {} : { prometheus: { url: prometheusUrl, token, lagMs } }),
  };
  if (!LOG_LEVELS.includes(configuration.logLevel))
    mistakes.push(`RAMPWRIGHT_LOG_LEVEL: "${configuration.logLevel}" is not one of ${LOG_LEVELS.join(', ')}`);
  if (configuration.databaseUrl !== null && !/^postgres(ql)?:\/\//.test(configuration.databaseUrl)) {
    mistakes.push('DATABASE_URL: must begin with postgres:// or postgresql://');
  }
  if (mistakes.length > 0)
    throw new Error(`The configuration has mistakes:\n${mistakes.map((mistake) => `  ${mistake}`).join('\n')}`);
  return configuration;
}

/** Mistakes in `<prefix>_URL` and `<prefix>_TOKEN`, the address of another server and what opens it. */
function accessMistakes(prefix: string, url: string | null, token: string | null): readonly string[] {
  const name = `${prefix}_URL`;
  const mistakes: string[] = [];
  if (token !== null && !isToken(token)) mistakes.push(`${prefix}_TOKEN: has characters that no token has`);
  if (url === null) return token === null ? mistakes : [...mistakes, `${prefix}_TOKEN needs ${name}`];
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
    return [...mistakes, `${name}: must begin with http:// or https:// and name a host`];
  }
  if (parsed.username !== '' || parsed.password !== '')
    mistakes.push(`${name}: must not hold a password; ${prefix}_TOKEN sends a bearer token`);
  if (parsed.search !== '' || parsed.hash !== '') mistakes.push(`${name}: must end with the path, without "?" or "#"`);
  return mistakes;
}

function isToken(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}
