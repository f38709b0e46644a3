import { describe, expect, it } from 'vitest';
import { isForbiddenAddress, isMetadataAddress } from '../../../server/webhooks/forbidden-address.ts';
import { parseWebhookUrl, resolveTarget } from '../../../server/webhooks/webhook-target.ts';

const never = new AbortController().signal;

const FORBIDDEN = [
  '0.0.0.0',
  '0.1.2.3',
  '10.0.0.1',
  '10.255.255.255',
  '100.64.0.1',
  '100.100.100.200',
  '100.127.255.255',
  '127.0.0.1',
  '127.255.255.254',
  '168.63.129.16',
  '169.254.0.1',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.192',
  '192.0.2.1',
  '192.168.0.1',
  '198.18.0.1',
  '198.51.100.7',
  '203.0.113.7',
  '224.0.0.1',
  '239.255.255.255',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::127.0.0.1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::ffff:10.0.0.1',
  '::ffff:169.254.169.254',
  '::ffff:8.8.8.8',
  '64:ff9b::7f00:1',
  '100::1',
  '2001::1',
  '2001:db8::1',
  '2002:7f00:1::',
  'fc00::1',
  'fd00:ec2::254',
  'fe80::1',
  'fe80::1%eth0',
  'fec0::1',
  'ff02::1',
  'localhost',
  '',
  '1.2.3',
];

const OPEN = ['1.1.1.1', '8.8.8.8', '100.63.255.255', '172.32.0.1', '192.169.0.1', '2606:4700::1111', '2a00:1450::1'];

describe('an address', () => {
  it.each(FORBIDDEN)('%s is forbidden', (address) => {
    expect(isForbiddenAddress(address)).toBe(true);
  });

  it.each(OPEN)('%s is open', (address) => {
    expect(isForbiddenAddress(address)).toBe(false);
  });

  it('of metadata is known by itself, also in other clothes', () => {
    for (const address of [
      '169.254.169.254',
      '::ffff:169.254.169.254',
      '::ffff:a9fe:a9fe',
      'fd00:ec2::254',
      '168.63.129.16',
    ])
      expect(isMetadataAddress(address), address).toBe(true);
    for (const address of ['127.0.0.1', '10.0.0.1', '::1', '8.8.8.8'])
      expect(isMetadataAddress(address), address).toBe(false);
  });
});

describe('the address of a webhook', () => {
  it.each([
    'not an address',
    'ftp://hooks.example.com/x',
    'file:///etc/passwd',
    'http://hooks.example.com/x',
    'https://user:password@hooks.example.com/x',
    'https://hooks.example.com/x#part',
    'https://hooks.example.com:22/x',
    'https://127.0.0.1/x',
    'https://2130706433/x',
    'https://0x7f.1/x',
    'https://0177.0.0.1/x',
    'https://127.1/x',
    'https://①②⑦.⓪.⓪.①/x',
    'https://[::1]/x',
    'https://[::ffff:127.0.0.1]/x',
    'https://[fd00::1]/x',
    'https://169.254.169.254/latest/meta-data',
  ])('%s is refused when it is made', (text) => {
    expect(() => parseWebhookUrl(text, [])).toThrow('Webhooks may not be sent there');
  });

  it('may be any public one by https', () => {
    for (const text of ['https://hooks.example.com/x?y=1', 'https://hooks.example.com:8443/', 'https://8.8.8.8/'])
      expect(parseWebhookUrl(text, []).href).toBe(text);
  });

  it('is one that the operator named, by http and on any port, or on that port', () => {
    expect(parseWebhookUrl('http://hooks.internal:9000/x', ['hooks.internal']).port).toBe('9000');
    expect(parseWebhookUrl('http://[::1]:9000/x', ['[::1]:9000']).port).toBe('9000');
    expect(() => parseWebhookUrl('http://hooks.internal:9001/x', ['hooks.internal:9000'])).toThrow();
    expect(() => parseWebhookUrl('http://other.hooks.internal/x', ['hooks.internal'])).toThrow();
  });

  it('is looked up before each message: a name that leads inside is refused', async () => {
    const url = parseWebhookUrl('https://localhost/x', []);
    await expect(resolveTarget(url, [], never)).rejects.toMatchObject({ code: 'webhookForbidden' });
    const target = await resolveTarget(url, ['localhost'], never);
    expect(['127.0.0.1', '::1']).toContain(target.address);
  });

  it('never leads to metadata, even where the operator allowed the host', async () => {
    const url = parseWebhookUrl('http://169.254.169.254/latest', ['169.254.169.254']);
    await expect(resolveTarget(url, ['169.254.169.254'], never)).rejects.toMatchObject({ code: 'webhookForbidden' });
  });
});
