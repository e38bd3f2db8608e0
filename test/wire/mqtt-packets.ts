/** Control packet types by their number in the fixed header (MQTT 3.1.1 §2.2.1). */
const types = [
  'reserved',
  'connect',
  'connack',
  'publish',
  'puback',
  'pubrec',
  'pubrel',
  'pubcomp',
  'subscribe',
  'suback',
  'unsubscribe',
  'unsuback',
  'pingreq',
  'pingresp',
  'disconnect',
  'auth',
] as const;

export type PacketType = (typeof types)[number];

export interface Packet {
  readonly type: PacketType;
  readonly bytes: Buffer;
  /** Of a PUBLISH. */
  readonly topic?: string;
}

/** Cuts a stream into control packets by their fixed headers alone. */
export class PacketReader {
  #held: Buffer = Buffer.alloc(0);

  read(chunk: Uint8Array): Packet[] {
    this.#held = Buffer.concat([this.#held, chunk]);
    const packets: Packet[] = [];
    for (let header = headerOf(this.#held); header !== undefined; header = headerOf(this.#held)) {
      const bytes = this.#held.subarray(0, header.end);
      this.#held = this.#held.subarray(header.end);
      packets.push(packetOf(bytes, header.start));
    }
    return packets;
  }
}

/** Where the variable header starts and the packet ends; undefined until all of it is there (§2.2.3). */
function headerOf(held: Buffer): { start: number; end: number } | undefined {
  let length = 0;
  for (let index = 1; index < Math.min(held.length, 5); index++) {
    const byte = held.readUInt8(index);
    length += (byte & 0x7f) << (7 * (index - 1));
    if (byte >= 0x80) continue;
    const end = index + 1 + length;
    return held.length >= end ? { start: index + 1, end } : undefined;
  }
  return undefined;
}

function packetOf(bytes: Buffer, start: number): Packet {
  const type = types[bytes.readUInt8(0) >> 4] ?? 'reserved';
  if (type !== 'publish') return { type, bytes };
  return { type, bytes, topic: bytes.toString('utf8', start + 2, start + 2 + bytes.readUInt16BE(start)) };
}

/** CONNACK of MQTT 3.1.1: accepted, no session (§3.2). */
export const accepted = Buffer.from([0x20, 2, 0, 0]);

/** PUBLISH with QoS 0 (§3.3). */
export function published(topic: string, payload: string): Buffer {
  const body = Buffer.concat([Buffer.from([0, topic.length]), Buffer.from(topic), Buffer.from(payload)]);
  return Buffer.concat([Buffer.from([0x30, 0x80 | (body.length & 0x7f), body.length >> 7]), body]);
}

/** Longer than a few turns take: 2 KB each, so that four are a piece. */
export const flood = (count: number): Buffer =>
  Buffer.concat(Array.from({ length: count }, (_, index) => published('flood', String(index).padStart(2000))));

/** SUBACK and UNSUBACK for what was asked (§3.9, §3.11). */
export function granted(bytes: Buffer): Buffer {
  const id = bytes.subarray(2, 4);
  return bytes.readUInt8(0) >> 4 === 8 ? Buffer.from([0x90, 3, ...id, 0]) : Buffer.from([0xb0, 2, ...id]);
}
