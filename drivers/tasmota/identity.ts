import { type Fields, fieldOf, isFields, payloadFields } from '../../src/driver/index.ts';
import { maxPayloadBytes } from './document.ts';

/** The network part of `STATUS 5`. */
export function statusFields(payload: Uint8Array): Fields | undefined {
  const outer = payloadFields(payload, maxPayloadBytes);
  const net = outer && fieldOf(outer, 'StatusNET');
  return isFields(net) ? net : undefined;
}

/** `DE:AD:BE:4A:3B:2C` as it is announced, `DEADBE4A3B2C`: of its radio, also where it is on a cable (`NetworkUniqueId`). */
export function macOf(net: Fields): string | undefined {
  const mac = fieldOf(net, 'Mac');
  const digits = typeof mac === 'string' ? mac.replaceAll(':', '').toUpperCase() : '';
  return /^[0-9A-F]{12}$/.test(digits) ? digits : undefined;
}
