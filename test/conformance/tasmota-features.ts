import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Model, validate } from '../../src/driver/index.ts';
import { readProperty, runCommand, type TestCall } from '../support/message-call.ts';
import { type Face, modelOf } from './tasmota.ts';

/** Devices with this and that; each is to be learned, read and set alike. */
export const tasmotaDevices: readonly (readonly [name: string, options: object])[] = [
  ['four relays', { relays: 4, meterPhases: 0 }],
  ['a dimmer', { relays: 0, light: 'dimmer', meterPhases: 0 }],
  ['a white light and a relay', { light: 'white', meterPhases: 0 }],
  ['a colour light with sensors', { relays: 0, light: 'rgbcw', meterPhases: 0, sensors: true }],
  ['shutters', { relays: 1, shutters: 2, meterPhases: 0 }],
  ['a fan with a light', { relays: 1, fan: true, meterPhases: 0 }],
  ['a meter with three phases', { meterPhases: 3 }],
  ['sensors alone', { relays: 0, meterPhases: 0, sensors: true }],
  ['other words and topics', { fullTopic: 'lab/%topic%/%prefix%', stateText: { off: 'aus', on: 'an' } }],
  ['answers on the topics of commands', { relays: 2, light: 'rgb', answersByCommand: true }],
  ['no announcement', { relays: 2, light: 'white', announces: false, sensors: true }],
];

/** Much in one device, for where each takes its time. */
export const richDevices: typeof tasmotaDevices = [
  ['much', { relays: 2, light: 'rgbcw', shutters: 2, fan: true, meterPhases: 3, sensors: true }],
];

/** A value of the schema that is not the first one. */
const samples: Readonly<Record<string, unknown>> = {
  dimmer: 40,
  color: { hue: 210, saturation: 67, brightness: 60 },
  'color-temperature': 300,
  'fan-speed': 2,
};

function sampleOf(name: string): unknown {
  if (name.startsWith('shutter-position')) return 50;
  return name.startsWith('power') ? true : samples[name];
}

export function tasmotaFeatures(
  name: string,
  open: (options: object) => Promise<Face>,
  devices: typeof tasmotaDevices,
): void {
  describe.each(devices)(`tasmota with %s over ${name}`, (_, options) => {
    let face: Face;
    let model: Model;
    const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 5000, interval: 2 });
    const write = async (property: string, value: unknown, { call }: TestCall): Promise<void> => {
      // Erased handlers take `never`.
      await face.session.write?.[property]?.(value as never, call as never);
    };

    beforeEach(async () => {
      face = await open(options);
      await until(() => expect(modelOf(face)).toEqual(face.model));
      model = modelOf(face);
    });
    afterEach(() => face.close());

    test('tells each of its properties, by itself and when it is asked', async () => {
      for (const [property, { schema }] of Object.entries(model.properties)) {
        await until(() => expect(face.told.value(property), property).toBeDefined());
        expect(validate(schema, await readProperty(face.session, property, face.call())), property).toEqual([]);
      }
      for (const { property, value } of face.told.reports) {
        expect(validate(model.properties[property]?.schema ?? { not: {} }, value), property).toEqual([]);
      }
      expect(face.told.unmatched).toEqual([]);
    });

    test('sets each that can be set, and tells what it has then', async () => {
      for (const [property, spec] of Object.entries(model.properties)) {
        if (spec.access === 'read') continue;
        for (const value of [sampleOf(property), sampleOf(property)]) {
          const call = face.call();
          await write(property, value, call);
          expect(
            call.confirmed.map(({ level }) => level),
            property,
          ).toEqual([spec.access === 'read-write' && spec.write.confirmation]);
          if (!property.startsWith('shutter')) {
            expect(await readProperty(face.session, property, face.call()), property).toEqual(value);
            expect(face.told.value(property), property).toEqual(value);
          }
        }
      }
      expect(face.told.events).toEqual([]);
    });

    test('has a handler for each of its commands', async () => {
      for (const [command, spec] of Object.entries(model.commands)) {
        if (command === 'restart') continue;
        const call = face.call();
        const result = await runCommand(face.session, command, command === 'power' ? { on: true } : {}, call);
        expect(validate(spec.result, result), command).toEqual([]);
        expect(
          call.confirmed.map(({ level }) => level),
          command,
        ).toEqual([spec.confirmation]);
      }
      expect(face.told.events).toEqual([]);
    });

    test('is made safe', async (run) => {
      const { stop } = model;
      run.skip(stop === undefined, 'there is nothing to stop');
      for (const relay of face.plug.switchable) face.plug.switch('on', relay);
      for (const shutter of face.plug.shutters) shutter.moveTo(100);
      const call = face.call();
      // Erased handlers take `never`.
      await face.session.stop?.(call.call as never);
      expect(call.confirmed.map(({ level }) => level)).toEqual([stop?.confirmation]);
      expect(face.plug.switchable.filter((relay) => face.plug.isOn(relay))).toEqual([]);
      expect(face.plug.shutters.map(({ direction }) => direction)).toEqual(face.plug.shutters.map(() => 0));
      expect(face.plug.fanSpeed).toBe(0);
    });

    test('tells of a change that nobody here asked for, by relay', async () => {
      for (const relay of face.plug.switchable) {
        face.plug.pressButton(relay);
        const data = face.plug.switchable.length > 1 ? { on: true, relay } : { on: true };
        await until(() => expect(face.told.events.at(-1)).toEqual({ event: 'power-changed', data }));
        expect(validate(model.events['power-changed']?.data ?? {}, data)).toEqual([]);
      }
      expect(face.told.events).toHaveLength(face.plug.switchable.length);
    });
  });
}
