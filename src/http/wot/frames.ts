import type { Device } from '../../device/device.ts';
import type { Reading } from '../../device/readings.ts';
import { frameOf, type StreamEntry } from '../../stream/index.ts';

/**
 * What observers are told. The bare value has no `event:` line, since `EventSource` hands only those to `onmessage`,
 * which is where consumers of Thing Descriptions listen; what is not for them has a name.
 */

type Told = Pick<Reading, 'value' | 'quality' | 'error'>;

/** The value; or, while there is none that can be relied on, why. */
function valueFrame({ value, quality, error }: Told, id: number): string {
  if (quality !== 'good') return frameOf('quality', JSON.stringify({ quality, error }), id);
  return bareFrame(value, id);
}

/** What was too long to be kept is not told as anything else. */
function bareFrame(value: unknown, id: number): string {
  if (value === undefined) return frameOf('omitted', '{}', id);
  return `id: ${id}\ndata: ${JSON.stringify(value)}\n\n`;
}

/** A device that is away tells no values: that its last one is stale shows in what it is now. */
export function propertyFrame(device: Device, name: string, { type, data, id }: StreamEntry): string {
  if (type === 'property') return valueFrame(data as Told, id); // an entry of this type has them: see docs/stream.md
  const reading = device.reading(name);
  return reading.quality === 'good' ? '' : valueFrame(reading, id);
}

export function firstValue(device: Device, name: string, id: number): string {
  return valueFrame(device.reading(name), id);
}

export function eventFrame({ data, id }: StreamEntry): string {
  return bareFrame((data as { data?: unknown }).data, id); // an entry of this type has it: see docs/stream.md
}
