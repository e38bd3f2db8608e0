import { type Datatype, datatypeNumber, integers } from './datatypes.ts';
import { BellcrankError } from '../../src/driver/index.ts';
import { FieldWriter } from './fields.ts';
import type { Value } from './values.ts';

/** The field that an integer is written into; devices differ for UInt32. */
export type IntegerField = 'int' | 'long';

/** A metric to be written, by its name or, where the birth certificate gave one, its alias. */
export interface CommandMetric {
  readonly id: { readonly name: string } | { readonly alias: bigint };
  readonly type: Datatype;
  readonly value: Value;
  /** As the birth certificate had it; by default what the width of the type asks for. */
  readonly integerField?: IntegerField;
}

/** An NCMD or a DCMD (Sparkplug 3.0 §6.4.26, §6.4.28): a timestamp, the metrics, and no sequence number. */
export function encodeCommand(timestamp: number, metrics: readonly CommandMetric[]): Uint8Array {
  const writer = new FieldWriter().integer(1, timestamp);
  for (const metric of metrics) writer.bytes(2, encodeMetric(timestamp, metric));
  return writer.finish();
}

function encodeMetric(timestamp: number, metric: CommandMetric): Uint8Array {
  const { id, type } = metric;
  const writer = new FieldWriter();
  if ('name' in id) writer.text(1, id.name);
  else writer.integer(2, id.alias);
  writer.integer(3, timestamp).integer(4, datatypeNumber(type));
  encodeValue(writer, metric);
  return writer.finish();
}

function encodeValue(writer: FieldWriter, metric: CommandMetric): void {
  const { type, value } = metric;
  if (typeof value === 'boolean') writer.integer(14, value ? 1 : 0);
  else if (typeof value === 'number') encodeNumber(writer, metric, value);
  else if (type === 'DateTime') writer.integer(11, Date.parse(value));
  else if (type === 'Bytes') writer.bytes(16, Buffer.from(value, 'base64'));
  else writer.text(15, wellFormed(value));
}

function encodeNumber(writer: FieldWriter, { type, integerField }: CommandMetric, value: number): void {
  const shape = integers[type];
  if (type === 'Float') writer.float(12, value);
  else if (shape === undefined) writer.double(13, value);
  else if ((integerField ?? (shape.bits === 64 ? 'long' : 'int')) === 'long') writer.integer(11, value);
  else writer.integer(10, BigInt.asUintN(32, BigInt(value)));
}

/** A lone surrogate has no UTF-8: something else would be written in its place. */
function wellFormed(text: string): string {
  if (text.isWellFormed()) return text;
  throw new BellcrankError('invalid-request', 'the text has half a surrogate pair in it; nothing was sent');
}
