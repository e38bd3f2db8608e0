import { topicLevelPattern, topicPrefixPattern, Type, type Value } from '../../src/driver/index.ts';

export const componentTypes = [
  'switch',
  'light',
  'binary_sensor',
  'sensor',
  'text_sensor',
  'number',
  'select',
  'text',
  'button',
  'cover',
  'fan',
  'climate',
  'lock',
  'valve',
] as const;

export type ComponentType = (typeof componentTypes)[number];

const optionalNumber = (title: string) => Type.Optional(Type.Number({ title }));
const optionalTexts = (title: string, examples: string[]) =>
  Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 100 }), { title, maxItems: 100, examples: [examples] }),
  );

const component = Type.Object(
  {
    type: Type.Unsafe<ComponentType>({ type: 'string', title: 'Component', enum: [...componentTypes] }),
    id: Type.String({
      title: 'Object id',
      description: 'As in its topics.',
      pattern: topicLevelPattern,
      maxLength: 100,
      examples: ['living_room_lamp'],
    }),
    unit: Type.Optional(Type.String({ title: 'Unit', maxLength: 20, examples: ['°C'] })),
    minimum: optionalNumber('Smallest value'),
    maximum: optionalNumber('Largest value'),
    step: Type.Optional(Type.Number({ title: 'Step', exclusiveMinimum: 0 })),
    options: optionalTexts('Options of a select, modes of a climate', ['eco', 'comfort']),
    has: optionalTexts(
      'What else it has: `position`, `tilt`, `speed_level`, `oscillation`, `direction`, `target_temperature`, `brightness` …',
      ['position'],
    ),
  },
  { title: 'Component', additionalProperties: false, examples: [{ type: 'button', id: 'restart' }] },
);

export const esphomeOptions = Type.Object(
  {
    prefix: Type.String({
      title: 'Topic prefix',
      description: 'Its `topic_prefix`; the name of the node, if its configuration does not say.',
      pattern: topicPrefixPattern,
      maxLength: 200,
      examples: ['livingroom'],
    }),
    components: Type.Optional(
      Type.Array(component, {
        title: 'Components',
        description: 'What it has beyond what it tells: buttons without discovery messages, limits, units.',
        maxItems: 200,
      }),
    ),
    stop: Type.Optional(
      Type.Array(
        Type.Object(
          { property: Type.String({ maxLength: 63, examples: ['relay'] }), value: Type.Unknown() },
          { title: 'Setting', additionalProperties: false, examples: [{ property: 'relay', value: false }] },
        ),
        { title: 'Stop', description: 'What is set to make it safe.', minItems: 1, maxItems: 32 },
      ),
    ),
    replyTimeoutMs: Type.Optional(
      Type.Integer({
        title: 'Reply timeout',
        description: 'Longest wait for the state that follows a command; 2000 by default.',
        unit: 'ms',
        minimum: 50,
        maximum: 30_000,
        examples: [2000],
      }),
    ),
  },
  { title: 'ESPHome device', additionalProperties: false, examples: [{ prefix: 'livingroom' }] },
);

export type EsphomeOptions = Value<typeof esphomeOptions>;
