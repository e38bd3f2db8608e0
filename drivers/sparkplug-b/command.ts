import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { type Datatype, datatypeNumber, integers } from './datatypes.ts';
import { BellcrankError } from '../../src/driver/index.ts';
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

const varint = 0;
const wide64 = 1;
const delimited = 2;
const wide32 = 5;

/** An NCMD or a DCMD (Sparkplug 3.0 §6.4.26, §6.4.28): a timestamp, the metrics, and no sequence number. */
export function encodeCommand(timestamp: number, metrics: readonly CommandMetric[]): Uint8Array {
  const writer = new BinaryWriter();
  writer.tag(1, varint).uint64(timestamp);
  for (const metric of metrics) writer.tag(2, delimited).bytes(encodeMetric(timestamp, metric));
  return writer.finish();
}

function encodeMetric(timestamp: number, metric: CommandMetric): Uint8Array {
  const writer = new BinaryWriter();
  const { id, type } = metric;
  if ('name' in id) writer.tag(1, delimited).string(id.name);
  else writer.tag(2, varint).uint64(id.alias);
  writer.tag(3, varint).uint64(timestamp);
  writer.tag(4, varint).uint32(datatypeNumber(type));
  encodeValue(writer, metric);
  return writer.finish();
}

function encodeValue(writer: BinaryWriter, metric: CommandMetric): void {
  const { type, value } = metric;
  if (typeof value === 'boolean') writer.tag(14, varint).bool(value);
  else if (typeof value === 'number') encodeNumber(writer, metric, value);
  else if (type === 'DateTime') writer.tag(11, varint).uint64(Date.parse(value));
  else if (type === 'Bytes') writer.tag(16, delimited).bytes(Buffer.from(value, 'base64'));
  else writer.tag(15, delimited).string(wellFormed(value));
}

function encodeNumber(writer: BinaryWriter, { type, integerField }: CommandMetric, value: number): void {
  const shape = integers[type];
  if (shape === undefined) {
    if (type === 'Float') writer.tag(12, wide32).float(value);
    else writer.tag(13, wide64).double(value);
  } else if ((integerField ?? (shape.bits === 64 ? 'long' : 'int')) === 'int') {
    writer.tag(10, varint).uint32(Number(BigInt.asUintN(32, BigInt(value))));
  } else writer.tag(11, varint).uint64(BigInt.asUintN(64, BigInt(value)));
}

/** A lone surrogate has no UTF-8: something else would be written in its place. */
function wellFormed(text: string): string {
  if (text.isWellFormed()) return text;
  throw new BellcrankError('invalid-request', 'the text has half a surrogate pair in it; nothing was sent');
}
