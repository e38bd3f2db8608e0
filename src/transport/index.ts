import { mqtt } from './mqtt.ts';
import { serial } from './serial.ts';
import { tcp } from './tcp.ts';
import type { Transport } from './transport.ts';

/** Every transport that a connection in the configuration can name. */
export const transports: readonly Transport[] = [serial, tcp, mqtt];

export type * from './connection.ts';
export { mqtt, serial, tcp };
export type { OpenContext, Transport } from './transport.ts';
