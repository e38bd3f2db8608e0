import { afterEach, describe, expect, test } from 'vitest';
import type { OpenReceiver, ReceiverFace, ReceiverFaceSettings } from '../support/receiver-face.ts';

const metresPerDegree = 111_195;

const needFix = ['position', 'altitude', 'time', 'hdop', 'pdop', 'speed', 'course'] as const;

interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

function place(face: ReceiverFace): Place | undefined {
  // Validated against its schema by the face.
  return face.value('position') as Place | undefined;
}

/** What every face of the simulated receiver must do alike, whatever lies between it and the driver's contract. */
export function nmea0183Conformance(name: string, openFace: OpenReceiver): void {
  describe(`nmea0183 over ${name}`, () => {
    const opened: ReceiverFace[] = [];
    const open = async (settings?: ReceiverFaceSettings): Promise<ReceiverFace> => {
      const face = await openFace(settings);
      opened.push(face);
      return face;
    };
    afterEach(async () => {
      for (const face of opened.splice(0)) await face.close();
    });
    telling(open);
    losing(open);
    falling(open);
  });
}

function telling(open: OpenReceiver): void {
  test('everything is told, and is where and what the receiver is', async () => {
    const face = await open({ simulate: { noise: 1 } });
    await face.until(() => face.value('satellites-in-view') !== undefined && face.value('course') !== undefined);
    const { latitude, longitude } = face.behaviour.place;
    const told = place(face);
    expect(Math.abs((told?.latitude ?? 99) - latitude) * metresPerDegree).toBeLessThan(8);
    expect(Math.abs((told?.longitude ?? 999) - longitude) * metresPerDegree).toBeLessThan(14);
    expect(Math.abs(Number(face.value('altitude')) - 12)).toBeLessThanOrEqual(1.1);
    expect(face.value('speed')).toBeCloseTo(3, 2);
    expect(face.value('course')).toBe(75);
    expect(
      ['fix', 'fix-mode', 'satellites-used', 'satellites-in-view', 'hdop', 'pdop'].map((key) =>
        face.value(key as 'fix'),
      ),
    ).toEqual(['gps', '3d', 9, 9, 0.9, 1.6]);
    expect(face.told.unmatched).toEqual([]);
  });

  test('it moves along its track, and its time goes on', async () => {
    const face = await open({ simulate: { noise: 0, speed: 400, course: 270, latitude: 0, longitude: -179.9999 } });
    await face.until(() => face.value('time') !== undefined);
    const before = String(face.value('time'));
    await face.until(() => (place(face)?.longitude ?? 0) > 0);
    expect(place(face)?.longitude).toBeGreaterThan(179);
    expect(place(face)?.latitude).toBeCloseTo(0, 5);
    await face.until(() => String(face.value('time')) > before);
  });

  test('south and west are negative', async () => {
    const face = await open({ simulate: { latitude: -33.5, longitude: -70.25, speed: 0, noise: 0 } });
    await face.until(() => place(face) !== undefined);
    expect(place(face)).toEqual({ latitude: -33.5, longitude: -70.25 });
  });

  test('other talkers are heard as well', async () => {
    const face = await open({ simulate: { talker: 'GN', satellites: 12 } });
    await face.until(() => face.value('satellites-in-view') === 12);
    expect(place(face)).toBeDefined();
  });
}

function losing(open: OpenReceiver): void {
  test('a lost fix leaves no position, and a regained one brings it back', async () => {
    const face = await open();
    await face.until(() => place(face) !== undefined);
    face.behaviour.loseFix();
    await face.until(() => face.value('fix') === 'none' && face.value('fix-mode') === 'none');
    for (const property of needFix) expect(face.value(property), property).toBeUndefined();
    expect(face.told.losses).toContainEqual({ property: 'position', why: expect.stringContaining('no fix') });
    expect(face.value('satellites-used')).toBe(0);
    face.behaviour.regainFix();
    await face.until(() => needFix.every((property) => face.value(property) !== undefined));
    expect(face.value('fix')).toBe('gps');
    expect(face.told.presence).toEqual([]);
  });

  test('before its first fix it attaches and knows nothing that needs one', async () => {
    const face = await open({ simulate: { startAfterMs: 1500 } });
    await face.until(() => face.value('fix') === 'none');
    for (const property of needFix) expect(face.value(property), property).toBeUndefined();
    await face.until(() => place(face) !== undefined);
    const first = face.told.reports.findIndex(({ property }) => property === 'position');
    expect(face.told.reports.slice(0, first)).toContainEqual({ property: 'fix', value: 'none' });
  });
}

function falling(open: OpenReceiver): void {
  test('a garbled sentence is counted, and the next one is heard', async () => {
    const face = await open();
    face.behaviour.corruptNext(1);
    await face.until(() => face.told.unmatched.length > 0);
    const { length } = face.told.reports;
    await face.until(() => face.told.reports.length > length + 20);
    expect(face.told.unmatched).toEqual([expect.stringContaining('a wrong checksum')]);
  });

  test('a silent receiver is away, and back when it talks', async () => {
    const face = await open();
    face.behaviour.silent = true;
    await face.until(() => face.told.presence.length > 0);
    expect(face.told.presence).toEqual([{ available: false, detail: `silent for ${face.silenceMs} ms` }]);
    for (const property of [...needFix, 'fix', 'satellites-in-view'] as const) {
      expect(face.value(property), property).toBeUndefined();
    }
    face.behaviour.silent = false;
    await face.until(() => place(face) !== undefined);
    expect(face.told.presence[1]).toMatchObject({ available: true });
  });
}

/** For faces on a virtual clock: it takes the driver's whole patience. */
export function nmea0183Patience(name: string, openFace: OpenReceiver): void {
  test(`over ${name} a receiver that says nothing is not attached`, async () => {
    const silent = openFace({ prepare: ({ behaviour }) => (behaviour.silent = true) });
    await expect(silent).rejects.toMatchObject({ code: 'device-timeout' });
  });
}
