import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Told } from '../support/message-call.ts';
import { eventually, writeProperty } from '../support/sparkplug.ts';
import type { WireFace } from './sparkplug-b.ts';

const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 5000, interval: 2 });

/** What can go wrong between a node and its broker only. */
export function sparkplugWireConformance(name: string, open: () => Promise<WireFace>): void {
  describe(`a sparkplug-b node on the wire over ${name}`, () => {
    let face: WireFace;
    beforeEach(async () => {
      face = await open();
    });
    afterEach(() => face.close());

    const skid = () => face.attach('PumpSkid');
    const trimIs = (told: Told, value: number): Promise<void> =>
      eventually(face.clock, () => expect(told.value('setpoints-trim')).toBe(value));

    test('a node that is cut off is away by its last will', async () => {
      const { told } = await skid();
      await face.link.kill();
      await until(() => expect(told.available).toBe(false));
      expect(told.availability.at(-1)?.detail).toContain('NDEATH');
    });

    test('a number that is missing', async () => {
      const { told, session } = await skid();
      face.edge.behaviour.faults.skipSeq = true;
      face.edge.behaviour.set('PumpSkid', 'Setpoints/Trim', 9);
      await trimIs(told, 9);
      expect(told.losses.map(({ property }) => property)).toContain('setpoints-trim');
      expect(told.losses[0]?.why).toMatch(/^message \d+ of the node came where \d+ was due$/);
      await writeProperty(session, 'setpoints-trim', 1, face.call());
    });

    test('an alias that nobody was told', async () => {
      const { told } = await skid();
      face.edge.behaviour.faults.unknownAlias = true;
      face.edge.behaviour.set('PumpSkid', 'Setpoints/Trim', 9);
      await until(() => expect(told.losses.length).toBeGreaterThan(0));
      expect(told.losses[0]?.why).toContain('the alias 10');
      await trimIs(told, 9);
    });

    test('half a birth', async () => {
      const { told } = await skid();
      face.edge.behaviour.faults.halfBirths = 3;
      face.edge.behaviour.goOffline();
      face.edge.behaviour.set('PumpSkid', 'Setpoints/Trim', 9);
      face.edge.behaviour.comeOnline();
      await trimIs(told, 9);
      expect(told.available).toBe(true);
      expect(face.edge.behaviour.faults.halfBirths).toBe(0);
    });

    test('data of a device that was never born', async () => {
      const { told } = await skid();
      face.edge.strayData('PumpSkid');
      await until(() => expect(told.losses.length).toBeGreaterThan(0));
      const { length } = told.reports;
      await eventually(face.clock, () => expect(told.reports.length).toBeGreaterThan(length));
    });

    test('data that came before anybody had heard its birth', async () => {
      face.mute(true);
      const { told } = await face.attach('PumpSkid');
      expect(told.available).toBe(false);
      face.mute(false);
      face.edge.behaviour.set('PumpSkid', 'Setpoints/Trim', 9);
      await trimIs(told, 9);
      expect(told.available).toBe(true);
    });

    test('a long life: its numbers go around', { timeout: 20_000 }, async () => {
      const { told } = await skid();
      for (let count = 1; count <= 600; count++) face.edge.behaviour.set('Tank', 'Level', count);
      face.edge.behaviour.set('PumpSkid', 'Setpoints/Trim', 9);
      await until(() => expect(told.value('setpoints-trim')).toBe(9));
      expect(told.losses).toEqual([]);
    });
  });
}
