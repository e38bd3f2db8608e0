import { type Fields, fieldOf, isFields, type JsonSchema, tellsAll } from '../../src/driver/index.ts';
import type { Description } from './description.ts';
import type { Feature } from './feature.ts';
import { settable } from './specs.ts';

const percent = (title: string): JsonSchema => ({ type: 'integer', title, unit: '%', minimum: 0, maximum: 100 });

/** A property that one console command of the same name sets, and one field tells. */
function plain(key: string, name: string, summary: string, schema: JsonSchema): Feature {
  const told = (fields: Fields): unknown => fieldOf(fields, key);
  return {
    name,
    spec: settable(summary, schema),
    from: 'state',
    told,
    set: (value) => ({
      command: key,
      payload: String(value),
      answer: (fields) => (told(fields) === value ? value : undefined),
    }),
  };
}

const level = (key: string): Feature => {
  const name = key.replace(/(\d+)$/, '-$1').toLowerCase();
  return plain(key, name, `${key.replace(/(\d+)$/, ' $1')}, in percent`, percent(key));
};

/** Numbers are rounded on their way through the firmware's bytes. */
const colorTolerance = 1;

const colorSchema: JsonSchema = {
  type: 'object',
  title: 'Colour',
  properties: {
    hue: { type: 'integer', title: 'Hue', unit: '°', minimum: 0, maximum: 359 },
    saturation: percent('Saturation'),
    brightness: percent('Brightness'),
  },
  required: ['hue', 'saturation', 'brightness'],
  additionalProperties: false,
  examples: [{ hue: 120, saturation: 100, brightness: 50 }],
};

/** `"120,100,50"` (docs, "Lights", `HSBColor`). */
function toldColor(fields: Fields): unknown {
  const text = fieldOf(fields, 'HSBColor');
  if (typeof text !== 'string') return undefined;
  const [, hue, saturation, brightness] = /^(\d{1,3}),(\d{1,3}),(\d{1,3})$/.exec(text) ?? [];
  if (hue === undefined) return undefined;
  return { hue: Number(hue) % 360, saturation: Number(saturation), brightness: Number(brightness) };
}

const color: Feature = {
  name: 'color',
  spec: settable('Colour of the light', colorSchema),
  from: 'state',
  told: toldColor,
  set(value) {
    // Validated against the schema above.
    const { hue, saturation, brightness } = isFields(value) ? value : {};
    return {
      command: 'HSBColor',
      payload: `${String(hue)},${String(saturation)},${String(brightness)}`,
      answer(fields) {
        const told = toldColor(fields);
        return tellsAll(value, told, colorTolerance) ? told : undefined;
      },
    };
  },
};

function temperature(limits: NonNullable<Description['temperature']>): Feature {
  const schema = { type: 'integer', title: 'White temperature', unit: 'mired', ...limits, examples: [300] };
  return plain('CT', 'color-temperature', 'White temperature; a higher one is warmer', schema);
}

const fanSpeed = plain('FanSpeed', 'fan-speed', 'Speed of the fan; 0 is off', {
  type: 'integer',
  title: 'Fan speed',
  minimum: 0,
  maximum: 3,
});

export function lightFeatures(description: Description): readonly Feature[] {
  return [
    ...description.levels.map(level),
    ...(description.color ? [color] : []),
    ...(description.temperature ? [temperature(description.temperature)] : []),
    ...(description.fan ? [fanSpeed] : []),
  ];
}
