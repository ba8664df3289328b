import { BlockList, isIPv6 } from 'node:net';
import type { AddressOf } from '../core/ports.js';

/**
 * The client's address: the connection's own, or, through proxies that are trusted, the nearest one in `X-Forwarded-For`
 * that is none of them. What anyone else forwards is not believed. An IPv6 client counts as its /64: it has all of it.
 */
export function createAddressOf(trustedProxies: readonly string[]): AddressOf {
  const trusted = new BlockList();
  for (const entry of trustedProxies) {
    const [address = '', prefix] = entry.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    trusted.addSubnet(address, prefix === undefined ? (family === 'ipv6' ? 128 : 32) : Number(prefix), family);
  }
  const isTrusted = (address: string) => trusted.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');

  return (request) => {
    const forwarded = String(request.headers['x-forwarded-for'] ?? '').split(',');
    const hops = [...forwarded.map((hop) => hop.trim()).filter(Boolean), request.socket.remoteAddress ?? ''];
    let address = plain(hops.pop() ?? '');
    while (hops.length > 0 && isTrusted(address)) address = plain(hops.pop() ?? '');
    return isIPv6(address) ? network64(address) : address;
  };
}

/** Some proxies forward the client's port as well: each of its connections would be a client of its own. */
const plain = (hop: string): string =>
  hop
    .replace(/^\[(.*)\](:\d+)?$/, '$1')
    .replace(/^(\d+(\.\d+){3}):\d+$/, '$1')
    .replace(/^::ffff:(?=\d+\.)/i, '');

function network64(address: string): string {
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? [];
  const first = head ? head.split(':') : [];
  const last = tail ? tail.split(':') : [];
  const groups =
    tail === undefined ? first : [...first, ...Array(Math.max(0, 8 - first.length - last.length)).fill('0'), ...last];
  return `${groups.slice(0, 4).join(':')}::/64`;
}
