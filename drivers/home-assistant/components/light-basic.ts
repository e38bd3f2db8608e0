import type { JsonSchema } from '../../../src/driver/index.ts';
import type { Value } from '../template/index.ts';
import { Unsupported } from './config.ts';
import { aNumber, choice, numbersOf, onOff } from './meanings.ts';
import type { Field, Parts } from './parts.ts';
import { type Meaning, numberValue, type Reader } from './reader.ts';
import { booleanSchema } from './switchable.ts';

/** The colours of "MQTT light": parts, and how far each goes. */
const colours = {
  rgb: { red: 255, green: 255, blue: 255 },
  rgbw: { red: 255, green: 255, blue: 255, white: 255 },
  rgbww: { red: 255, green: 255, blue: 255, 'cold-white': 255, 'warm-white': 255 },
  hs: { hue: 360, saturation: 100 },
  xy: { x: 1, y: 1 },
} as const;

export type Colour = keyof typeof colours;

export function colourSchema(colour: Colour): JsonSchema {
  const type = colour === 'hs' || colour === 'xy' ? 'number' : 'integer';
  const parts = Object.entries(colours[colour]);
  return {
    type: 'object',
    properties: Object.fromEntries(parts.map(([name, maximum]) => [name, { type, minimum: 0, maximum }])),
    required: parts.map(([name]) => name),
    additionalProperties: false,
    examples: [Object.fromEntries(parts.map(([name, maximum]) => [name, maximum]))],
  };
}

/** Devices calculate colours in their own way; whole numbers are as they were sent. */
export const colourTolerance = (colour: Colour): number => ({ hs: 0.5, xy: 0.005 })[colour as string] ?? 0;

export const colourNames = Object.keys(colours).filter((name): name is Colour => Object.hasOwn(colours, name));
export const partsOfColour = (colour: Colour): string[] => Object.keys(colours[colour]);

/** The scale of a brightness: 1 to 255 unless the description says otherwise. */
export function brightnessSchema({ config }: Reader): JsonSchema {
  const maximum = config.number('brightness_scale', 255);
  if (!Number.isInteger(maximum) || maximum < 1)
    throw new Unsupported(`brightness_scale ${maximum} is no whole number above 0`);
  return { type: 'integer', minimum: 0, maximum, examples: [maximum] };
}

/** Mireds, or kelvin where the description says so. */
export function colourTemperatureSchema({ config }: Reader): JsonSchema {
  const kelvin = config.flag('color_temp_kelvin');
  const range = kelvin
    ? config.range('min_kelvin', 2000, 'max_kelvin', 6535)
    : config.range('min_mireds', 153, 'max_mireds', 500);
  return {
    type: 'integer',
    minimum: Math.trunc(range.minimum),
    maximum: Math.trunc(range.maximum),
    unit: kelvin ? 'K' : 'mired',
  };
}

/** A light that holds per cent, or mireds where kelvins are asked for, cannot tell each value. */
export function roundingOf({ maximum }: JsonSchema): number {
  return typeof maximum === 'number' ? maximum / 100 : 0;
}

export function effectsOf({ config }: Reader): readonly string[] {
  return config.texts('effect_list') ?? [];
}

/** "MQTT light", default schema: a topic for each thing. */
export function basicLight(reader: Reader): Parts {
  const on = mainField(reader);
  const { write } = on;
  return {
    fields: [
      on,
      field(reader, 'brightness', 'Brightness', () => brightnessSchema(reader), aNumber),
      field(reader, 'color_temp', 'Colour temperature', () => colourTemperatureSchema(reader), aNumber),
      effectField(reader),
      ...colourNames.map((colour) => colourField(reader, colour)),
      whiteField(reader),
    ],
    ...(write && { stop: { summary: 'off', confirmation: write.confirmation, send: () => write.send(false) } }),
  };
}

function mainField(reader: Reader): Field {
  const { config } = reader;
  const [on, off] = [config.textOr('payload_on', 'ON'), config.textOr('payload_off', 'OFF')];
  const source = reader.source('state_topic', 'state_value_template', onOff(on, off));
  const command = reader.needCommand('command_topic', 'command_template');
  const write = reader.write(command, source, (value) => (value === true ? on : off));
  return {
    suffix: '',
    summary: 'On or off',
    schema: booleanSchema,
    ...(source && { source }),
    ...(write && { write }),
  };
}

function field(
  reader: Reader,
  key: 'brightness' | 'color_temp',
  summary: string,
  schemaOf: () => JsonSchema,
  meaning: Meaning,
): Field | undefined {
  const command = reader.command(`${key}_command_topic`, `${key}_command_template`);
  const source = reader.source(`${key}_state_topic`, `${key}_value_template`, meaning);
  if (command === undefined && source === undefined) return undefined;
  const schema = schemaOf();
  const write = reader.write(command, source, numberValue, { rounds: roundingOf(schema) });
  return { suffix: key, summary, schema, ...(source && { source }), ...(write && { write }) };
}

function effectField(reader: Reader): Field | undefined {
  const effects = effectsOf(reader);
  const command = reader.command('effect_command_topic', 'effect_command_template');
  const source = reader.source('effect_state_topic', 'effect_value_template', choice(effects));
  if (effects.length === 0 || (command === undefined && source === undefined)) return undefined;
  const write = reader.write(command, source, String);
  return {
    suffix: 'effect',
    summary: 'Effect',
    schema: { type: 'string', enum: effects },
    ...(source && { source }),
    ...(write && { write }),
  };
}

/** `255,127,0`, or what its template makes of `red`, `green` and the others. */
function colourField(reader: Reader, colour: Colour): Field | undefined {
  const command = reader.command(`${colour}_command_topic`, `${colour}_command_template`);
  const source = reader.source(`${colour}_state_topic`, `${colour}_value_template`, numbersOf(partsOfColour(colour)));
  if (command === undefined && source === undefined) return undefined;
  const variables = (value: unknown): Record<string, Value> => variablesOf(colour, value);
  const write = reader.write(command, source, (value) => numbersIn(colour, value).join(','), {
    variables,
    tolerance: colourTolerance(colour),
  });
  return {
    suffix: colour,
    summary: `Colour as ${colour}`,
    schema: colourSchema(colour),
    ...(source && { source }),
    ...(write && { write }),
  };
}

function numbersIn(colour: Colour, value: unknown): number[] {
  // Validated against the colour's schema.
  const given = value as Readonly<Record<string, number>>;
  return partsOfColour(colour).map((part) => given[part] ?? 0);
}

function variablesOf(colour: Colour, value: unknown): Record<string, Value> {
  const numbers = numbersIn(colour, value);
  return Object.fromEntries(
    partsOfColour(colour).map((part, at) => [part.replace('-', '_'), numberValue(numbers[at])]),
  );
}

function whiteField(reader: Reader): Field | undefined {
  const command = reader.command('white_command_topic', 'white_command_template');
  if (command === undefined) return undefined;
  const maximum = reader.config.number('white_scale', 255);
  const write = reader.write(command, undefined, numberValue);
  return {
    suffix: 'white',
    summary: 'White, at a brightness',
    schema: { type: 'integer', minimum: 0, maximum },
    ...(write && { write }),
  };
}
