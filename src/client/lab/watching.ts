import type { DeviceEvent, Gap, StreamEvent } from '../stream/events.ts';
import type { StreamFilter, StreamOptions } from '../stream/stream.ts';
import type { EventWatchOptions, PropertyReading, WatchOptions } from './shape.ts';

export type Follow = (filter: StreamFilter, options: StreamOptions) => AsyncIterable<StreamEvent>;

/** Events may have been missed, and nobody asked to be told (`onGap`). */
export class StreamGap extends Error {
  override readonly name = 'StreamGap';
  readonly gap: Gap;

  constructor(gap: Gap) {
    super(`events may have been missed: ${gap.reason}. With onGap one is told of that and goes on`);
    this.gap = gap;
  }
}

/** A property as it is, and at each change; what was missed is made good by the value as it is then. */
export async function* watchProperty(
  follow: Follow,
  device: string,
  name: string,
  { signal, onState }: WatchOptions,
): AsyncGenerator<PropertyReading, void, undefined> {
  let last: string | undefined;
  for await (const event of follow({ device, type: 'property' }, { signal, onState })) {
    const reading = readingIn(event, device, name);
    if (reading === undefined) continue;
    // A snapshot after a gap may say what is known already.
    const known = JSON.stringify([reading.value, reading.at, reading.quality]);
    if (event.type === 'snapshot' && known === last) continue;
    last = known;
    yield reading;
  }
}

function readingIn(event: StreamEvent, device: string, name: string): PropertyReading | undefined {
  if (event.type === 'property' && event.data.device === device && event.data.name === name) return event.data;
  if (event.type !== 'snapshot' || event.data.kind !== 'device' || event.data.device.id !== device) return undefined;
  const reading = event.data.properties.find((property) => property.name === name);
  return reading && { ...reading, device };
}

export async function* watchEvents(
  follow: Follow,
  device: string,
  name: string,
  { signal, onState, onGap }: EventWatchOptions,
): AsyncGenerator<DeviceEvent, void, undefined> {
  for await (const event of follow({ device, type: 'event' }, { signal, onState })) {
    if (event.type === 'event' && event.data.device === device && event.data.name === name) yield event.data;
    if (event.type !== 'gap') continue;
    if (onGap === undefined) throw new StreamGap(event.data);
    onGap(event.data);
  }
}
