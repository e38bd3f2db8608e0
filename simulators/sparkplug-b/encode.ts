/** A metric as the simulated node tells it. */
export interface OutMetric {
  readonly name?: string;
  readonly alias?: number;
  readonly timestamp?: number;
  /** Its number in the table of data types (Sparkplug 3.0 §6.4.16). */
  readonly datatype?: number;
  readonly value?: boolean | number | bigint | string | Uint8Array;
  readonly properties?: Readonly<Record<string, boolean | number | string>>;
}

/** A message as the simulated node tells it. */
export interface OutPayload {
  readonly timestamp?: number;
  readonly seq?: number;
  readonly metrics: readonly OutMetric[];
}

/** Base 128, seven bits a byte, the lowest first. */
function varint(value: number | bigint): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  return [...bytes, Number(rest)];
}

const number = (field: number, value: number | bigint): number[] => [...varint(field * 8), ...varint(value)];

const bytes = (field: number, content: Iterable<number>): number[] => {
  const list = Array.from(content);
  return [...varint(field * 8 + 2), ...varint(list.length), ...list];
};

const text = (field: number, value: string): number[] => bytes(field, Buffer.from(value));

function float(field: number, value: number): number[] {
  const buffer = Buffer.alloc(4);
  buffer.writeFloatLE(value);
  return [...varint(field * 8 + 5), ...buffer];
}

function double(field: number, value: number): number[] {
  const buffer = Buffer.alloc(8);
  buffer.writeDoubleLE(value);
  return [...varint(field * 8 + 1), ...buffer];
}

/** By the type of the metric: 32-bit integers in one field, 64-bit ones and instants in another, as two's complement. */
function value({ datatype = 0, value: told }: OutMetric): number[] {
  if (told === undefined) return number(7, 1);
  if (typeof told === 'boolean') return number(14, told ? 1 : 0);
  if (typeof told === 'string') return text(15, told);
  if (told instanceof Uint8Array) return bytes(16, told);
  if (datatype === 9) return float(12, Number(told));
  if (datatype === 10) return double(13, Number(told));
  if ([4, 8, 13].includes(datatype)) return number(11, BigInt(told));
  return number(10, BigInt.asUintN(32, BigInt(told)));
}

/** Keys first, their values after them. */
function properties(given: NonNullable<OutMetric['properties']>): number[] {
  const keys = Object.keys(given).flatMap((key) => text(1, key));
  const values = Object.values(given).flatMap((told) => bytes(2, property(told)));
  return [...keys, ...values];
}

function property(told: boolean | number | string): number[] {
  if (typeof told === 'boolean') return [...number(1, 11), ...number(7, told ? 1 : 0)];
  if (typeof told === 'string') return [...number(1, 12), ...text(8, told)];
  return [...number(1, 10), ...double(6, told)];
}

function metric(told: OutMetric): number[] {
  return [
    ...(told.name === undefined ? [] : text(1, told.name)),
    ...(told.alias === undefined ? [] : number(2, told.alias)),
    ...(told.timestamp === undefined ? [] : number(3, told.timestamp)),
    ...(told.datatype === undefined ? [] : number(4, told.datatype)),
    ...(told.properties === undefined ? [] : bytes(9, properties(told.properties))),
    ...value(told),
  ];
}

/** The far end's own encoder, by the schema in Sparkplug 3.0 §6.4.1. */
export function encode({ timestamp, seq, metrics }: OutPayload): Uint8Array {
  return Uint8Array.from([
    ...(timestamp === undefined ? [] : number(1, timestamp)),
    ...metrics.flatMap((told) => bytes(2, metric(told))),
    ...(seq === undefined ? [] : number(3, seq)),
  ]);
}
