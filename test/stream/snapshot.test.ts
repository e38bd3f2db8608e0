import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { counted } from '../support/counted.ts';
import { follow, type Told } from '../support/sse.ts';

interface Snapshot {
  readonly kind: string;
  readonly device: { readonly id: string };
  readonly properties: readonly { readonly name: string; readonly value: number }[];
}
interface Property {
  readonly device: string;
  readonly value: number;
}

/** What somebody who follows knows of each device; throws when it is told what does not come next. */
function replayed(told: readonly Told[]): Map<string, number> {
  const known = new Map<string, number>();
  for (const { event, data } of told) {
    if (event === 'snapshot' && (data as Snapshot).kind === 'device') {
      const { device, properties } = data as Snapshot;
      expect(known.has(device.id), `${device.id} has one snapshot`).toBe(false);
      known.set(device.id, properties[0]?.value ?? 0);
    }
    if (event !== 'property') continue;
    const { device, value } = data as Property;
    expect(value, `${device} goes on`).toBe((known.get(device) ?? Number.NaN) + 1);
    known.set(device, value);
  }
  return known;
}

test('while a snapshot is written nothing is lost, told twice, or told before its device', async () => {
  const ids = Array.from({ length: 400 }, (_, index) => `d${index}`);
  const { url, count, rig } = await counted(ids);
  const last = new Map<string, number>();
  const load = { goesOn: true };
  const loading = (async () => {
    for (let n = 0; load.goesOn; n++) {
      for (let each = 0; each < 5; each++) {
        const id = ids[(n * 37 + each * 101) % ids.length] ?? '';
        last.set(id, count(id));
      }
      await setImmediate();
    }
  })();
  const readers = await Promise.all(Array.from({ length: 4 }, () => follow(url)));
  for (const reader of readers) await reader.until((its) => its.events('synced').length === 1);
  for (let n = 0; n < 50; n++) await setImmediate();
  load.goesOn = false;
  await loading;
  const end = String(rig.stream.lastId);
  for (const reader of readers) {
    await reader.until((its) => its.lastId === end);
    const known = replayed(reader.told);
    expect(known.size).toBe(400);
    for (const [id, value] of last) expect(known.get(id), id).toBe(value);
    const deltas = reader.events('property').length;
    expect(deltas, 'it was told something meanwhile').toBeGreaterThan(0);
    reader.close();
  }
});

test('what is no state is told although it came before its device’s snapshot', async () => {
  const ids = Array.from({ length: 200 }, (_, index) => `d${index}`);
  const { url, counters } = await counted(ids);
  const reader = await follow(url);
  // The last of them in the order of their ids, long before its turn.
  counters.get('d99')?.emit('wrapped', {});
  await reader.until((its) => its.events('event').length === 1);
  const names = reader.events().map(({ event }) => event);
  expect(names.indexOf('event')).toBeGreaterThan(names.indexOf('synced'));
  expect(reader.data('event')).toMatchObject([{ device: 'd99', name: 'wrapped', simulated: true }]);
  reader.close();
});
