import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { Problem } from '../../domain/index.ts';
import { isForbiddenAddress, isMetadataAddress } from './forbidden-address.ts';

/** Ports of https; others may lead to what was never meant to be reached. */
const PORTS = ['', '443', '8443'];

/** Where a message goes, checked: the connection is made to this address and no other. */
export interface WebhookTarget {
  readonly url: URL;
  readonly address: string;
  readonly family: 4 | 6;
}

/**
 * The address of a webhook as one that messages may be sent to; Problem `webhookForbidden`.
 *
 * `allowedHosts` are exempt, "host" or "host:port" as the operator names them: by http, on any port, and in private
 * networks. Asked for when a webhook is made and before each message.
 */
export function parseWebhookUrl(text: string, allowedHosts: readonly string[]): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) throw new Problem('webhookForbidden', 'it is no https address');
  if (url.username !== '' || url.password !== '' || url.hash !== '')
    throw new Problem('webhookForbidden', 'an address has neither a password nor a "#" part');
  if (isAllowed(url, allowedHosts)) return url;
  if (url.protocol !== 'https:') throw new Problem('webhookForbidden', 'only https is encrypted');
  if (!PORTS.includes(url.port)) throw new Problem('webhookForbidden', `port ${url.port} is none of 443 and 8443`);
  if (isIP(hostOf(url)) !== 0 && isForbiddenAddress(hostOf(url))) throw notPublic();
  return url;
}

/** Resolves the host once and checks every address that it has; Problem `webhookForbidden`, or the error of the look-up. */
export async function resolveTarget(
  url: URL,
  allowedHosts: readonly string[],
  stop: AbortSignal,
): Promise<WebhookTarget> {
  const addresses = await Promise.race([lookup(hostOf(url), { all: true }), whenAborted(stop)]);
  const isRefused = isAllowed(url, allowedHosts) ? isMetadataAddress : isForbiddenAddress;
  const [first] = addresses;
  if (first === undefined || addresses.some(({ address }) => isRefused(address))) throw notPublic();
  return { url, address: first.address, family: first.family === 6 ? 6 : 4 };
}

function isAllowed(url: URL, allowedHosts: readonly string[]): boolean {
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return allowedHosts.includes(url.hostname) || allowedHosts.includes(`${url.hostname}:${port}`);
}

/** Rejects when the signal is aborted: resolvers know no such thing. */
function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const fail = () => reject(signal.reason);
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
}

/** The host as resolvers take it: an IPv6 address without its brackets. */
function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}

/** Says the same for every such host, so that nobody learns from it what is inside. */
function notPublic(): Problem {
  return new Problem('webhookForbidden', 'the host has an address that is not public');
}
