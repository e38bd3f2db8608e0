import type { IClientPublishOptions, IConnackPacket, Packet } from 'mqtt';
import { BellcrankError } from '../errors.ts';

type Qos = 0 | 1 | 2;
type Sending = Pick<IClientPublishOptions, 'retain' | 'properties'>;

/**
 * What a broker takes, as it says when it accepts a client (MQTT 5.0 §3.2.2.3; 3.1.1 has no words for it). Whoever sends it
 * more loses the connection, and all that is under way on it.
 */
export class BrokerLimits {
  readonly #maximumPacketSize: number;
  readonly #maximumQos: number;
  readonly #receiveMaximum: number;
  readonly #keeps: boolean;
  #unanswered = 0;

  constructor(told: IConnackPacket['properties'] = {}) {
    this.#maximumPacketSize = told.maximumPacketSize ?? Infinity;
    this.#maximumQos = told.maximumQoS ?? 2;
    this.#receiveMaximum = told.receiveMaximum ?? 65_535;
    this.#keeps = told.retainAvailable ?? true;
  }

  /** Why a message is not sent at all. */
  refusal(topic: string, payload: Uint8Array, sending: Sending): BellcrankError | undefined {
    if (sending.retain === true && !this.#keeps) return refused(topic, 154, 'it keeps no messages');
    if (this.#maximumPacketSize === Infinity) return undefined;
    const size = packetSize(topic, payload, sending);
    if (size <= this.#maximumPacketSize) return undefined;
    return refused(
      topic,
      149,
      `it takes packets of ${this.#maximumPacketSize} bytes at most, and this one has ${size}`,
    );
  }

  /** What one that leaves now goes with. A broker that waits for nothing more with QoS takes it without. */
  qosFor(wanted: Qos): Qos {
    if (wanted === 0 || this.#maximumQos === 0 || this.#unanswered >= this.#receiveMaximum) return 0;
    this.#unanswered++;
    return this.#maximumQos === 1 ? 1 : wanted;
  }

  /** What comes may answer one of those (§4.9). */
  heard({ cmd, ...packet }: Packet): void {
    const isRefusal = cmd === 'pubrec' && 'reasonCode' in packet && (packet.reasonCode ?? 0) >= 128;
    if (this.#unanswered > 0 && (cmd === 'puback' || cmd === 'pubcomp' || isRefusal)) this.#unanswered--;
  }
}

function refused(topic: string, code: number, text: string): BellcrankError {
  return new BellcrankError(
    'device-refused',
    `the broker does not take the message on ${topic}: ${text}; nothing was sent`,
    {
      device: { code: String(code), text },
    },
  );
}

/** With its fixed header (§3.3). */
function packetSize(topic: string, payload: Uint8Array, { properties = {} }: Sending): number {
  const { responseTopic, contentType, correlationData, messageExpiryInterval, userProperties } = properties;
  const texts = [responseTopic, contentType].filter((text) => text !== undefined).map((text) => 3 + bytesOf(text));
  const pairs = Object.entries(userProperties ?? {}).map(([key, value]) => 5 + bytesOf(key) + bytesOf(String(value)));
  const others = [
    correlationData === undefined ? 0 : 3 + correlationData.length,
    messageExpiryInterval === undefined ? 0 : 5,
  ];
  const beside = [...texts, ...pairs, ...others].reduce((sum, one) => sum + one, 0);
  // With a packet identifier, which only those with QoS have: two bytes more or less are no matter.
  const remaining = 2 + bytesOf(topic) + 2 + lengthBytes(beside) + beside + payload.length;
  return 1 + lengthBytes(remaining) + remaining;
}

const bytesOf = (text: string): number => Buffer.byteLength(text);

/** Bytes of a variable byte integer (§1.5.5). */
function lengthBytes(length: number): number {
  return length < 128 ? 1 : length < 16_384 ? 2 : length < 2_097_152 ? 3 : 4;
}
