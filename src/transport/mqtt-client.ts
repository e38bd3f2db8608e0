import type { Duplex, Writable } from 'node:stream';
import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { writeToStream } from 'mqtt-packet';
import type { ReadAhead } from './read-ahead.ts';

/** What speaks MQTT: more than a hundred modules, which are loaded when the first broker is to be reached. */

// Otherwise the first packet makes a buffer of each number up to 65,535, which takes 7.5 MB and holds the process up.
writeToStream.cacheNumbers = false;

export { connect };

/** A client that reads by way of `ahead`. */
export function connectBy(ahead: ReadAhead, url: string, options: IClientOptions): MqttClient {
  const client = connect(url, { ...options, manualConnect: true });
  const its: Building = client as unknown as Building;
  const { streamBuilder } = its;
  const build = (of: MqttClient): Duplex => {
    const stream = streamBuilder(of);
    const pipe = <T>(sink: T): T => ahead.connect(stream, sink as T & Writable);
    stream.pipe = pipe;
    return stream;
  };
  its.streamBuilder = build;
  return client.connect();
}

/** Private to it, and there is no other way in between its socket and its parser. */
interface Building {
  streamBuilder: (client: MqttClient) => Duplex;
}
