import type { Message } from '../../../../src/driver/index.ts';
import type { FarClient, FarMessage } from '../../../simulator.ts';

/** A message on its way, and where it goes from here. */
export interface MessageFrame {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** Of its payload, in bytes. */
  readonly length: number;
  /** What was heard, as it came; undefined for what the device says. */
  readonly message: Message | undefined;
  /** The same with another payload. */
  holding(payload: Uint8Array): MessageFrame;
  /** The same, kept by the broker. */
  kept(): MessageFrame;
  /** Out to the broker, or to the device. */
  go(): void;
}

export function saidFrame(client: FarClient, { topic, payload, options = {} }: FarMessage): MessageFrame {
  const bytes = Uint8Array.from(Buffer.from(payload));
  const others = (changed: Partial<FarMessage>): MessageFrame =>
    saidFrame(client, { topic, payload: bytes, options, ...changed });
  return {
    topic,
    payload: bytes,
    length: bytes.length,
    message: undefined,
    holding: (other) => others({ payload: other }),
    kept: () => others({ options: { ...options, retain: true } }),
    go: () => client.publish(topic, bytes, options),
  };
}

/** A device with several subscriptions hears a message once for each that it matches. */
export function heardFrame(message: Message, listener: (message: Message) => void): MessageFrame {
  const { topic, payload } = message;
  return {
    topic,
    payload,
    length: payload.length,
    message,
    holding: (other) => heardFrame({ ...message, payload: other }, listener),
    kept: () => heardFrame({ ...message, retained: true }, listener),
    go: () => listener(message),
  };
}

/** What a trigger's pattern looks at. */
export const textOf = ({ topic, payload }: MessageFrame): string =>
  `${topic} ${Buffer.from(payload).toString('latin1')}`;
