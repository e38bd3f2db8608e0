import type { Message } from '../../../../src/driver/index.ts';
import type { FarClient, FarMessage } from '../../../simulator.ts';
import type { LiveFault } from '../live-fault.ts';
import type { FrameTrigger } from '../stage.ts';

/** A message on its way, and where it goes from here. */
export interface MessageFrame {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** Of its payload, in bytes. */
  readonly length: number;
  /** What was heard, as it came; undefined for what the device says. */
  readonly message: Message | undefined;
  /** Whether the broker is to keep it, or had kept it. */
  readonly isKept: boolean;
  /** The same with another payload. */
  holding(payload: Uint8Array): MessageFrame;
  /** The same, to be kept. */
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
    isKept: options.retain === true,
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
    isKept: message.retained,
    holding: (other) => heardFrame({ ...message, payload: other }, listener),
    kept: () => heardFrame({ ...message, retained: true }, listener),
    go: () => listener(message),
  };
}

/** A fault's trigger; its pattern looks at the topic, a space, and the payload. */
export function messageTrigger(live: LiveFault): FrameTrigger<MessageFrame> {
  const selects = ({ topic, payload }: MessageFrame): boolean => {
    const text = (): string => `${topic} ${Buffer.from(payload).toString('latin1')}`;
    return live.selects(payload.length, (pattern) => pattern.test(text()));
  };
  return { said: selects, heard: selects };
}
