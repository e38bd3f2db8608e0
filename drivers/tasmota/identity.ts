import { type Fields, fieldOf, isFields, payloadFields } from '../../src/driver/index.ts';
import { maxPayloadBytes } from './document.ts';

/** The network part of `STATUS 5`. */
export function statusFields(payload: Uint8Array): Fields | undefined {
  const outer = payloadFields(payload, maxPayloadBytes);
  const net = outer && fieldOf(outer, 'StatusNET');
  return isFields(net) ? net : undefined;
}

/** `DE:AD:BE:4A:3B:2C` as it is announced: `DEADBE4A3B2C`. Of Ethernet, where that is what it uses. */
export function macOf(net: Fields): string | undefined {
  const ethernet = fieldOf(net, 'Ethernet');
  const wired = isFields(ethernet) && fieldOf(ethernet, 'IPAddress') !== '0.0.0.0' ? ethernet : undefined;
  const mac = fieldOf(wired ?? net, 'Mac');
  const digits = typeof mac === 'string' ? mac.replaceAll(':', '').toUpperCase() : '';
  return /^[0-9A-F]{12}$/.test(digits) ? digits : undefined;
}
