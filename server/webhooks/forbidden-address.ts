import { BlockList, isIP } from 'node:net';

/** Networks of IPv4 that nobody outside can reach, or that are no host (IANA special-purpose registry, RFC 6890). */
const FORBIDDEN_V4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

/** Inside the only part of IPv6 that is routed: addresses that wrap others, or that are no host. */
const FORBIDDEN_V6: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

/** Where clouds tell a machine its secrets; closed even to hosts that the operator allows. */
const METADATA: readonly (readonly [string, number])[] = [
  ['169.254.0.0', 16],
  ['168.63.129.16', 32],
  ['100.100.100.200', 32],
  ['192.0.0.192', 32],
];

const METADATA_V6: readonly (readonly [string, number])[] = [
  ['fd00:ec2::254', 128],
  ['fe80::', 10],
];

const forbidden = blockList([...FORBIDDEN_V4, ...METADATA], FORBIDDEN_V6);
const metadata = blockList(METADATA, METADATA_V6);
const routed = blockList([], [['2000::', 3]]);
const mapped = blockList([], [['::ffff:0:0', 96]]);

/** Whether no webhook may be sent to an address; true for what is no address at all. */
export function isForbiddenAddress(address: string): boolean {
  const version = isIP(address);
  if (version === 0) return true;
  if (version === 4) return forbidden.check(address, 'ipv4');
  // Nobody needs an address of IPv4 in the clothes of IPv6, except to get past a list.
  if (mapped.check(address, 'ipv6')) return true;
  return !routed.check(address, 'ipv6') || forbidden.check(address, 'ipv6');
}

/** Whether an address hands out the secrets of the machine that asks; true for what is no address at all. */
export function isMetadataAddress(address: string): boolean {
  const version = isIP(address);
  return version === 0 || metadata.check(address, version === 4 ? 'ipv4' : 'ipv6');
}

function blockList(v4: readonly (readonly [string, number])[], v6: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of v4) list.addSubnet(network, prefix, 'ipv4');
  for (const [network, prefix] of v6) list.addSubnet(network, prefix, 'ipv6');
  return list;
}
