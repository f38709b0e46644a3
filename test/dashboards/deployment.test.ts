import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { allDashboards } from '../../dashboards/grafana/index.ts';
import { readConfiguration, VARIABLES } from '../../server/configuration.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const textOf = (file: string) => readFileSync(`${root}${file}`, 'utf8');

// The parser that the API document is written with; a dependency of that package, so found from there.
const near = createRequire(import.meta.resolve('@fastify/swagger'));
const { parse } = near('yaml') as { parse: (text: string) => unknown };

interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
}
const compose = parse(textOf('docker-compose.yml')) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
};
const services = Object.entries(compose.services);

describe('the compose file', () => {
  it('starts server, PostgreSQL, Redis, Prometheus and Grafana, each in one exact version and asked for its health', () => {
    expect(services.map(([name]) => name).sort()).toEqual(['grafana', 'postgres', 'prometheus', 'redis', 'server']);
    for (const [name, { image, build, healthcheck }] of services) {
      expect(healthcheck?.test[0], name).toBe('CMD');
      expect(build ?? image, name).toMatch(/^\.$|:v?\d+\.\d+(\.\d+)?(-\w+)?$/);
    }
  });

  it('mounts only what is there, and waits only for services that it knows', () => {
    for (const [name, { volumes = [], depends_on = {} }] of services) {
      for (const volume of volumes) {
        const [source = ''] = volume.split(':');
        const isThere = source.startsWith('.') ? existsSync(`${root}${source}`) : source in compose.volumes;
        expect(isThere, `${name}: ${volume}`).toBe(true);
      }
      for (const other of Object.keys(depends_on)) expect(compose.services[other]?.healthcheck, other).toBeTruthy();
    }
  });

  it('sets only variables that the server reads, to values that it takes', () => {
    const { environment = {} } = compose.services['server']!;
    for (const name of Object.keys(environment)) expect(VARIABLES).toHaveProperty(name);
    const filled = Object.entries(environment).map(([name, value]) => [name, value.replace(/\$\{\w+:\?[^}]*\}/, 'pw')]);
    expect(readConfiguration(Object.fromEntries(filled))).toMatchObject({
      databaseUrl: 'postgres://rampwright:pw@postgres:5432/rampwright',
      redisUrl: 'redis://redis:6379',
      host: '0.0.0.0',
      port: 8080,
      prometheus: { url: 'http://prometheus:9090' },
    });
  });

  it('gives Grafana its Prometheus and every dashboard, and Prometheus the server and every rule', () => {
    const provisioning = 'dashboards/grafana/provisioning/';
    const sources = parse(textOf(`${provisioning}datasources/prometheus.yml`));
    expect(sources).toMatchObject({ datasources: [{ type: 'prometheus', url: 'http://prometheus:9090' }] });
    const providers = parse(textOf(`${provisioning}dashboards/rampwright.yml`));
    const { volumes = [], environment = {} } = compose.services['grafana']!;
    const folder = /:([^:]+):ro$/.exec(volumes.find((volume) => volume.includes('/generated:'))!)![1];
    expect(providers).toMatchObject({ providers: [{ type: 'file', options: { path: folder } }] });
    const home = environment['GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH']!;
    expect(Object.keys(allDashboards()).map((name) => `${folder}/${name}.json`)).toContain(home);

    const { rule_files, scrape_configs } = parse(textOf('dashboards/prometheus/prometheus.yml')) as {
      readonly rule_files: readonly string[];
      readonly scrape_configs: readonly {
        readonly static_configs: readonly { readonly targets: readonly string[] }[];
      }[];
    };
    const rules = readdirSync(`${root}dashboards/prometheus`).filter((name) => name.endsWith('.rules.yml'));
    expect([...rule_files].sort()).toEqual(rules.sort());
    expect(scrape_configs[0]!.static_configs[0]!.targets).toEqual(['server:8080']);
  });
});

describe('the image', () => {
  const lines = textOf('Dockerfile').split('\n');

  it('is built from the lock file, runs what is compiled, and not as root', () => {
    expect(textOf('Dockerfile')).toMatch(/npm ci/);
    expect(lines.filter((line) => line.startsWith('FROM ')).length).toBe(2);
    expect(lines).toContain('USER node');
    expect(lines).toContain('CMD ["node", "dist/server/main.js"]');
  });

  it('copies only what is there or was built, and sets only variables that the server reads', () => {
    const copied = lines
      .filter((line) => /^COPY (?!--from)/.test(line))
      .flatMap((line) => line.split(' ').slice(1, -1));
    for (const path of copied) expect(existsSync(`${root}${path}`), path).toBe(true);
    const names = [...textOf('Dockerfile').matchAll(/(RAMPWRIGHT_\w+)=/g)].map(([, name]) => name!);
    for (const name of names) expect(VARIABLES).toHaveProperty(name);
    expect(names.length).toBeGreaterThan(0);
  });

  it('has the Node.js that package.json asks for', () => {
    const { engines } = JSON.parse(textOf('package.json')) as { readonly engines: { readonly node: string } };
    for (const line of lines.filter((each) => each.startsWith('FROM ')))
      expect(line).toContain(`node:${engines.node.replace('>=', '')}-`);
  });
});
