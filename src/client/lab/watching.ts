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

/**
 * A property as it is, and at each change; what was missed is made good by the value as it is then. When its device goes away
 * its value is stale: the stream tells that of the device, and not of each value.
 */
export async function* watchProperty(
  follow: Follow,
  device: string,
  name: string,
  { signal, onState }: WatchOptions,
): AsyncGenerator<PropertyReading, void, undefined> {
  let last: PropertyReading | undefined;
  for await (const event of follow({ device, type: ['property', 'device'] }, { signal, onState })) {
    const reading = readingIn(event, device, name) ?? staleIn(event, device, last);
    // A snapshot after a gap may say what is known already.
    if (reading === undefined || (event.type === 'snapshot' && isSame(reading, last))) continue;
    last = reading;
    yield reading;
  }
}

function isSame(reading: PropertyReading, last: PropertyReading | undefined): boolean {
  const known = ({ value, at, quality }: PropertyReading): string => JSON.stringify([value, at, quality]);
  return last !== undefined && known(reading) === known(last);
}

function readingIn(event: StreamEvent, device: string, name: string): PropertyReading | undefined {
  if (event.type === 'property' && event.data.device === device && event.data.name === name) return event.data;
  if (event.type !== 'snapshot' || event.data.kind !== 'device' || event.data.device.id !== device) return undefined;
  const reading = event.data.properties.find((property) => property.name === name);
  return reading && { ...reading, device };
}

/** What was good, once its device is away or gone. */
function staleIn(event: StreamEvent, device: string, last: PropertyReading | undefined): PropertyReading | undefined {
  if (event.type !== 'device' || event.data.device !== device || event.data.view?.state === 'ready') return undefined;
  if (last?.quality !== 'good') return undefined;
  const { cause: _, ...known } = last;
  return { ...known, quality: 'stale' };
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
