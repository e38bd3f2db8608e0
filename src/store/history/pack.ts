import type { PackedSamples, PlainSample } from './work.ts';

export function packSamples(samples: readonly PlainSample[]): PackedSamples {
  const packed: (string | number | null)[] = [];
  for (const { device, property, at, number, json } of samples) packed.push(device, property, at, number, json);
  return packed;
}

export function unpackSamples(packed: PackedSamples): PlainSample[] {
  const samples: PlainSample[] = [];
  for (let from = 0; from < packed.length; from += 5) {
    const [device, property, at, number, json] = packed.slice(from, from + 5);
    // As `packSamples` put them there.
    samples.push({ device, property, at, number, json } as PlainSample);
  }
  return samples;
}
