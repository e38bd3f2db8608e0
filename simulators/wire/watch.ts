import type { ByteConnection } from '../../src/driver/index.ts';
import type { Closed, Message } from '../../src/transport/connection.ts';
import type { FarClient, FarPublishOptions } from '../simulator.ts';

/** A message that a simulated device publishes, or hears. */
export interface WatchedMessage extends Message {
  readonly qos?: 0 | 1 | 2;
}

/** One end of a simulator's wire, as somebody who looks on sees it. Bytes are theirs to read now, not to keep. */
export interface WatchedEnd {
  /** What the simulated device says, and what is said to it: faults have had their way with the one, not yet with the other. */
  said(what: Uint8Array | WatchedMessage): void;
  heard(what: Uint8Array | WatchedMessage): void;
  ended(closed: Closed): void;
}

/** Called for each end that a simulator serves: each client of a socket, each PTY, each time on a broker. */
export type WatchWire = (label: string) => WatchedEnd;

/** The same end, looked at. A proxy, so that whatever else it can do (a PTY's end can pause) is there still. */
export function watchedBytes<C extends ByteConnection>(far: C, watch: WatchWire | undefined): C {
  if (watch === undefined) return far;
  const end = watch(far.label);
  far.onData((chunk) => end.heard(chunk));
  void far.closed.then((closed) => end.ended(closed));
  const write: ByteConnection['write'] = (bytes, signal, options) => {
    if (far.isOpen) end.said(bytes);
    return far.write(bytes, signal, options);
  };
  return new Proxy(far, {
    get(target, name) {
      if (name === 'write') return write;
      const value: unknown = Reflect.get(target, name, target);
      // A method of a class with private fields works on its own object only.
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** The same client, looked at. */
export function watchedClient(client: FarClient, label: string, closed: Promise<Closed>, watch?: WatchWire): FarClient {
  if (watch === undefined) return client;
  const end = watch(label);
  void closed.then((how) => end.ended(how));
  let last: Uint8Array | undefined;
  return {
    publish(topic, payload, options = {}) {
      end.said(published(topic, payload, options));
      client.publish(topic, payload, options);
    },
    subscribe(filter, listener) {
      client.subscribe(filter, (message) => {
        // Filters overlap: the same message comes once for each, with the same payload and not one like it.
        if (message.payload !== last) end.heard(message);
        last = message.payload;
        listener(message);
      });
    },
  };
}

function published(topic: string, payload: Uint8Array | string, options: FarPublishOptions): WatchedMessage {
  const { retain: retained = false, ...others } = options;
  return { topic, payload: Buffer.from(payload), retained, ...others };
}
