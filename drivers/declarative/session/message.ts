import { latin1 } from '../../../src/driver/index.ts';
import type { Exchange, FieldScale, LineSettings } from '../definition/definition.ts';
import { printTemplate } from '../template/print.ts';
import { scanTemplate } from '../template/scan.ts';
import type { Scanned, Template } from '../template/template.ts';
import { checkWhole } from './whole.ts';
import { type Known, rawValues } from './values.ts';

/** An exchange whose message is printed, and whose reply is known how to be judged. */
export interface Message {
  readonly exchange: Exchange;
  /** Terminator included; undefined: it only listens. */
  readonly bytes: Uint8Array | undefined;
  /** Without the terminator, one character per byte. */
  readonly text: string;
  readonly known: Known;
}

/** Throws `invalid-request` for values that the message cannot tell, or that would end it. */
export function messageOf(exchange: Exchange, known: Known, terminator: Uint8Array): Message {
  if (exchange.send === undefined) return { exchange, bytes: undefined, text: '', known };
  const values = rawValues(exchange.send, known, exchange.fields);
  const printed = printTemplate(exchange.send, values);
  checkWhole(exchange.send, values, printed, terminator);
  return { exchange, bytes: Uint8Array.from([...printed, ...terminator]), text: latin1(printed), known };
}

/** What a device that echoes repeats of a message. */
export function echoedOf({ bytes, text }: Message, { echoTerminator }: LineSettings): Uint8Array | undefined {
  if (bytes === undefined || echoTerminator === undefined) return bytes;
  return Buffer.concat([Buffer.from(text, 'latin1'), echoTerminator]);
}

/** Reads a frame; its fields that are known already must be what is known. */
export function scan(
  template: Template,
  frame: Uint8Array,
  known: Known,
  scales: Readonly<Record<string, FieldScale>>,
): Scanned {
  return scanTemplate(template, frame, rawValues(template, known, scales));
}
