import { isIPv6 } from 'node:net';

/** Whoever has one IPv6 address has its /64 (RFC 4291 §2.5.1). */
export function networkOf(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address;
  const [head = [], tail] = address.split('::').map((groups) => (groups === '' ? [] : groups.split(':')));
  if (tail === undefined) return head.slice(0, 4).join(':');
  // An IPv4 address at the end is two groups (RFC 4291 §2.2).
  const after = tail.length + (tail.at(-1)?.includes('.') === true ? 1 : 0);
  const zeros = Array.from({ length: 8 - head.length - after }, () => '0');
  return [...head, ...zeros, ...tail].slice(0, 4).join(':');
}
