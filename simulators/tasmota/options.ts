import { type Static, Type } from '@sinclair/typebox';
import { BellcrankError, validate } from '../../src/driver/index.ts';

const text = (title: string, description: string, examples: string[]) =>
  Type.Optional(Type.String({ title, description, minLength: 1, maxLength: 100, examples }));

const count = (title: string, maximum: number, initial: number) =>
  Type.Optional(Type.Integer({ title, minimum: 0, maximum, default: initial }));

const flag = (title: string, description: string, initial: boolean) =>
  Type.Optional(Type.Boolean({ title, description, default: initial }));

/** Schema of `simulate.options`. */
export const optionsSchema = Type.Object(
  {
    topic: Type.Optional(
      Type.String({
        title: 'Device topic',
        description: 'By default `tasmota_` and the end of the MAC address, which the seed makes.',
        pattern: '^[^/+#%$\\s](?:[^+#%\\s]*[^/+#%\\s])?$',
        maxLength: 100,
        examples: ['tasmota_4A3B2C'],
      }),
    ),
    fullTopic: text('FullTopic', '`%prefix%/%topic%/` by default.', ['lab/%topic%/%prefix%/']),
    name: text('Device name', 'What it announces as its name.', ['Kitchen']),
    relays: count('Relays', 16, 1),
    light: Type.Optional(
      Type.Union(
        [
          Type.Literal('none'),
          Type.Literal('dimmer'),
          Type.Literal('white'),
          Type.Literal('rgb'),
          Type.Literal('rgbcw'),
        ],
        { title: 'Light', description: 'Behind the relays; `white` has a temperature.', default: 'none' },
      ),
    ),
    shutters: count('Shutters', 4, 0),
    fan: flag('Fan', 'With `FanSpeed`, as an iFan has one.', false),
    meterPhases: Type.Optional(
      Type.Union([Type.Literal(0), Type.Literal(1), Type.Literal(3)], {
        title: 'Phases of the energy meter',
        description: '0: it has none.',
        default: 1,
      }),
    ),
    sensors: flag('Sensors', 'A DS18B20, an AM2301, a BME280 and a switch.', false),
    announces: flag('Announces itself', 'SetOption19 0.', true),
    answersByCommand: flag('Answers by command', 'SetOption4 1: on the topic of the command instead of RESULT.', false),
    stateText: Type.Optional(
      Type.Object(
        { off: Type.String({ minLength: 1, maxLength: 10 }), on: Type.String({ minLength: 1, maxLength: 10 }) },
        { title: 'StateText', description: 'What it calls off and on; OFF and ON.', additionalProperties: false },
      ),
    ),
    shutterSeconds: Type.Optional(
      Type.Number({ title: 'Travel of a shutter', unit: 's', minimum: 0.1, maximum: 300, default: 10 }),
    ),
    loadWatts: Type.Optional(
      Type.Number({
        title: 'Load',
        description: 'What the appliance at the first relay draws while it is on.',
        unit: 'W',
        minimum: 0,
        maximum: 3680,
        default: 40,
      }),
    ),
    telePeriodSeconds: Type.Optional(
      Type.Integer({
        title: 'TelePeriod',
        description: '0 switches telemetry off. The firmware as it comes says 300.',
        unit: 's',
        anyOf: [{ const: 0 }, { minimum: 10, maximum: 3600 }],
        default: 10,
      }),
    ),
  },
  { title: 'Simulated Tasmota device', additionalProperties: false, examples: [{ topic: 'plug-1', loadWatts: 60 }] },
);

export interface TasmotaOptions extends Required<Static<typeof optionsSchema>> {
  /** The last six digits of the MAC address. */
  readonly macTail: string;
}

const defaults = {
  fullTopic: '%prefix%/%topic%/',
  name: 'Tasmota',
  relays: 1,
  light: 'none',
  shutters: 0,
  fan: false,
  meterPhases: 1,
  sensors: false,
  announces: true,
  answersByCommand: false,
  stateText: { off: 'OFF', on: 'ON' },
  shutterSeconds: 10,
  loadWatts: 40,
  telePeriodSeconds: 10,
} as const;

/** Checks the options and fills in the defaults; the seed, and a topic that was given, make the MAC address. */
export function tasmotaOptions(options: unknown, seed: number): TasmotaOptions {
  const given = options ?? {};
  const errors = validate(optionsSchema, given, '/options');
  if (errors.length > 0) {
    throw new BellcrankError('invalid-request', 'the options of the simulated device are not valid', { errors });
  }
  // Validated just above against the schema that this type is inferred from.
  const own = given as Static<typeof optionsSchema>;
  const macTail = hashed(seed, own.topic ?? '')
    .toString(16)
    .toUpperCase()
    .padStart(6, '0')
    .slice(-6);
  return { ...defaults, macTail, topic: `tasmota_${macTail}`, ...own };
}

/** FNV-1a, begun with the seed; devices of one seed differ by their topics. */
function hashed(seed: number, text: string): number {
  let hash = seed >>> 0;
  for (const character of text) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193) >>> 0;
  return hash;
}
