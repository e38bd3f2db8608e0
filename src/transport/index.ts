import { mqtt } from './mqtt.ts';
import { rfc2217 } from './rfc2217/transport.ts';
import { serial } from './serial.ts';
import { tcp } from './tcp.ts';
import type { Transport } from './transport.ts';

/** Every transport that a connection in the configuration can name. */
export const transports: readonly Transport[] = [serial, tcp, rfc2217, mqtt];

export type * from './connection.ts';
export { mqtt, rfc2217, serial, tcp };
export type { OpenContext, Transport } from './transport.ts';
