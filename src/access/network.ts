import { isIPv6 } from 'node:net';

/** Whoever has one IPv6 address has its /64 (RFC 4291 §2.5.1). */
export function networkOf(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address;
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const filled = tail === undefined ? groups : [...groups, ...Array.from({ length: 8 }, () => '0')];
  return filled.slice(0, 4).join(':');
}
