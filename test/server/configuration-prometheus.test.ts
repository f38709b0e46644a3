import { describe, expect, it } from 'vitest';
import { readConfiguration } from '../../server/index.ts';

const URL_NAME = 'RAMPWRIGHT_PROMETHEUS_URL';

describe('the configuration of Prometheus', () => {
  it('is absent unless a URL is set, and has a lag by default', () => {
    expect(readConfiguration({}).prometheus).toBeUndefined();
    expect(readConfiguration({ [URL_NAME]: 'https://prometheus.internal/prefix' }).prometheus).toEqual({
      url: 'https://prometheus.internal/prefix',
      token: null,
      lagMs: 15_000,
    });
    const complete = {
      [URL_NAME]: 'http://127.0.0.1:9090',
      RAMPWRIGHT_PROMETHEUS_TOKEN: ' s3cret\n',
      RAMPWRIGHT_PROMETHEUS_LAG_MS: '0',
    };
    expect(readConfiguration(complete).prometheus).toMatchObject({ token: 's3cret', lagMs: 0 });
  });

  it.each([
    ['prometheus:9090', /must begin with http/],
    ['file:///etc/passwd', /must begin with http/],
    ['http://', /must begin with http/],
    ['http://me:secret@prometheus:9090', /must not hold a password/],
    ['http://prometheus:9090/?query=up', /without "\?"/],
  ])('refuses the URL %s', (url, message) => {
    expect(() => readConfiguration({ [URL_NAME]: url })).toThrow(message);
  });

  it('refuses a token that cannot be sent, without repeating it', () => {
    const env = { [URL_NAME]: 'http://127.0.0.1:9090', RAMPWRIGHT_PROMETHEUS_TOKEN: 'sec\nret' };
    expect(() => readConfiguration(env)).toThrow(/RAMPWRIGHT_PROMETHEUS_TOKEN: has characters/);
    expect(() => readConfiguration(env)).not.toThrow(/sec\nret/);
    expect(() => readConfiguration({ RAMPWRIGHT_PROMETHEUS_TOKEN: 'secret' })).toThrow(
      /needs RAMPWRIGHT_PROMETHEUS_URL/,
    );
  });
});
