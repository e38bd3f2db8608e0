/** A metric of a command, as the simulated node reads it. */
export interface InMetric {
  readonly name?: string;
  readonly alias?: number;
  readonly value?: boolean | number | bigint | string;
}

export interface InPayload {
  readonly hasTimestamp: boolean;
  readonly hasSeq: boolean;
  readonly metrics: readonly InMetric[];
}

type Field = readonly [field: number, value: bigint | Buffer];

/** All fields of a message. Throws for what is cut off. */
function fields(message: Buffer): Field[] {
  const found: Field[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = BigInt(message.readUInt8(at++));
      value |= (byte & 127n) << shift;
      if (byte < 128n) return value;
    }
    throw new Error('a number without an end');
  };
  const take = (length: number): Buffer => {
    if (at + length > message.length) throw new Error('a field that is cut off');
    at += length;
    return message.subarray(at - length, at);
  };
  while (at < message.length) {
    const tag = Number(varint());
    const kind = tag % 8;
    const field = Math.floor(tag / 8);
    if (kind === 0) found.push([field, varint()]);
    else if (kind === 1) found.push([field, take(8)]);
    else if (kind === 2) found.push([field, take(Number(varint()))]);
    else if (kind === 5) found.push([field, take(4)]);
    else throw new Error(`a field of kind ${kind}`);
  }
  return found;
}

function metric(message: Buffer): InMetric {
  const all = new Map(fields(message));
  const name = all.get(1);
  const alias = all.get(2);
  const value = valueOf(all);
  return {
    ...(typeof name === 'object' && { name: name.toString() }),
    ...(typeof alias === 'bigint' && { alias: Number(alias) }),
    ...(value !== undefined && { value }),
  };
}

function valueOf(all: ReadonlyMap<number, bigint | Buffer>): InMetric['value'] {
  for (const [field, value] of all) {
    if (typeof value === 'bigint') {
      if (field === 10) return Number(BigInt.asIntN(32, value));
      if (field === 11) return BigInt.asIntN(64, value);
      if (field === 14) return value !== 0n;
    } else if (field === 12) return value.readFloatLE();
    else if (field === 13) return value.readDoubleLE();
    else if (field === 15) return value.toString();
  }
  return undefined;
}

/** The far end's own decoder; undefined for what is no command. */
export function decode(payload: Uint8Array): InPayload | undefined {
  try {
    const all = fields(Buffer.from(payload));
    return {
      hasTimestamp: all.some(([field]) => field === 1),
      hasSeq: all.some(([field]) => field === 3),
      metrics: all.flatMap(([field, value]) => (field === 2 && typeof value === 'object' ? [metric(value)] : [])),
    };
  } catch {
    return undefined;
  }
}
