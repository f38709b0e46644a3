import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isPrometheusMissing } from '../services/prometheus.ts';

const TESTS = ['rules.test.yml', 'rules-of-days.test.yml'];
const folder = fileURLToPath(new URL('../../dashboards/prometheus/', import.meta.url));
const textOf = (file: string) => readFileSync(`${folder}${file}`, 'utf8');

/** What promtool says, and whether it is content. */
function promtool(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync('promtool', args, { cwd: folder, encoding: 'utf8' });
  return { status, said: stdout + stderr };
}

describe.skipIf(isPrometheusMissing())('promtool', () => {
  it('finds nothing wrong with the rules', () => {
    expect(promtool('check', 'rules', 'recording.rules.yml', 'alerting.rules.yml')).toMatchObject({ status: 0 });
  });

  it('passes their unit tests', () => {
    expect(promtool('test', 'rules', ...TESTS)).toMatchObject({ status: 0 });
  });

  it('accepts the configuration of the compose file', () => {
    const { status, said } = promtool('check', 'config', 'prometheus.yml');
    expect(said).toContain('SUCCESS');
    expect(status).toBe(0);
  });
});

it('every alert is tested both while it fires and while it does not, and says what to do', () => {
  const rules = textOf('alerting.rules.yml');
  const tests = TESTS.map(textOf)
    .join('\n')
    .replace(/\n {8}(alertname)/g, ' $1');
  const alerts = [...rules.matchAll(/- alert: (\w+)\n([\s\S]*?)(?=\n\s+- alert|\n\n|$)/g)];
  expect(alerts.length).toBeGreaterThan(15);
  for (const [, name, body] of alerts) {
    expect(tests, name).toMatch(new RegExp(`alertname: ${name}, exp_alerts: \\[\\]`));
    expect(tests, name).toMatch(new RegExp(`alertname: ${name}\\n +exp_alerts:\\n +- exp_labels`));
    expect(body, name).toMatch(/severity: (critical|warning|info)[\s\S]*summary: .+\n +description: .+/);
  }
});
