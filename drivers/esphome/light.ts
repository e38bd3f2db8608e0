import { type Fields, fieldOf, isFields, type JsonSchema, payloadFields, tellsAll } from '../../src/driver/index.ts';
import type { Component } from './component.ts';
import { boolean, command, onOff, oneOf, type Order, type Part, type Parts, settable } from './part.ts';
import { toggle, under } from './simple.ts';

/** What a light's JSON holds (Home Assistant's JSON schema, as ESPHome's light component prints it). */
export const lightFields = ['brightness', 'color', 'color_temp', 'effect', 'white'] as const;

type LightField = (typeof lightFields)[number];

/** Colours and temperatures are rounded on their way through the firmware. */
const tolerance = 1;

const byte = (title: string, minimum = 0): JsonSchema => ({ type: 'integer', title, minimum, maximum: 255 });

const rgb: JsonSchema = {
  type: 'object',
  title: 'Colour',
  properties: { r: byte('Red'), g: byte('Green'), b: byte('Blue') },
  required: ['r', 'g', 'b'],
  additionalProperties: false,
  examples: [{ r: 255, g: 0, b: 0 }],
};

function schemaOf(field: LightField, { minimum = 100, maximum = 1000, options }: Component): JsonSchema {
  const mired = { unit: 'mired', minimum: Math.ceil(minimum), maximum: Math.floor(maximum) };
  const schemas: Readonly<Record<LightField, JsonSchema>> = {
    brightness: byte('Brightness', 1),
    white: byte('White'),
    color: rgb,
    color_temp: { type: 'integer', title: 'White temperature', ...mired },
    effect: oneOf('Effect', options),
  };
  return schemas[field];
}

const nameOfField = (field: LightField): string => (field === 'color_temp' ? 'color-temperature' : field);

function stateIn(text: string): Fields | undefined {
  return payloadFields(Buffer.from(text));
}

/** What a field is called in the JSON: white alone has another name, of before `color` (`light_json_schema.cpp`). */
const keyOf = (field: LightField): string => (field === 'white' ? 'white_value' : field);

/** `color` is there in every state, and has no red, green and blue in it unless the light's mode has. */
function colorIn(value: unknown): unknown {
  if (!isFields(value)) return undefined;
  const [r, g, b] = [fieldOf(value, 'r'), fieldOf(value, 'g'), fieldOf(value, 'b')];
  return r === undefined || g === undefined || b === undefined ? undefined : { r, g, b };
}

function valueIn(state: Fields, field: LightField): unknown {
  const value = fieldOf(state, keyOf(field));
  return field === 'color' ? colorIn(value) : value;
}

/** Null for what the mode that the light is in does not have. */
function told(field: LightField, text: string): unknown {
  const state = stateIn(text);
  return state && (valueIn(state, field) ?? null);
}

/** Which of its fields a light's state holds. */
export function lightFieldsIn(text: string): string[] {
  const state = stateIn(text);
  return state === undefined ? [] : lightFields.filter((field) => valueIn(state, field) !== undefined).sort();
}

const toldOn = (text: string): boolean | undefined => {
  const state = stateIn(text);
  return state && onOff(String(fieldOf(state, 'state')));
};

/** The state that follows tells every field that was asked for. */
function order(component: Component, asked: Fields, also: Fields = {}): Order {
  const state = under(component, 'state');
  return {
    topic: under(component, 'command'),
    payload: JSON.stringify({ ...asked, ...also }),
    answer: { topics: [state], fits: (_topic, text) => tellsAll(asked, stateIn(text), tolerance) },
  };
}

function property(component: Component, name: string, field: LightField): Part {
  return {
    name: `${name}-${nameOfField(field)}`,
    spec: settable(`${nameOfField(field)} of ${component.id}; a light that is off goes on`, schemaOf(field, component)),
    topic: under(component, 'state'),
    told: (text) => told(field, text),
    set: (value) => order(component, { state: 'ON', [keyOf(field)]: value }),
  };
}

/** What is set in one message; a transition is what it takes, and no state tells it. */
function asked(params: unknown): readonly [Fields, Fields] {
  const fields: Record<string, unknown> = {};
  const { on, transition, ...rest } = isFields(params) ? params : {};
  if (on !== undefined) fields['state'] = on === true ? 'ON' : 'OFF';
  for (const field of lightFields) {
    const value = fieldOf(rest, nameOfField(field));
    if (value !== undefined) fields[keyOf(field)] = value;
  }
  return [fields, transition === undefined ? {} : { transition }];
}

function setParams(component: Component, fields: readonly LightField[]): JsonSchema {
  return {
    type: 'object',
    title: `Set ${component.id}`,
    properties: {
      on: boolean('On'),
      ...Object.fromEntries(fields.map((field) => [nameOfField(field), schemaOf(field, component)])),
      transition: { type: 'number', title: 'Transition', unit: 's', minimum: 0, maximum: 3600 },
    },
    anyOf: ['on', ...fields.map(nameOfField)].map((key) => ({ required: [key] })),
    additionalProperties: false,
    examples: [{ on: true }],
  };
}

export function lightParts(component: Component, name: string): Parts {
  const fields = lightFields.filter((field) => component.has.includes(field));
  const state: Part = {
    name,
    spec: settable(`Light ${component.id}`, boolean(component.id)),
    topic: under(component, 'state'),
    told: toldOn,
    set: (value) => order(component, { state: value === true ? 'ON' : 'OFF' }),
  };
  const set = command(
    `Set several things of ${component.id} at once`,
    'idempotent',
    'confirmed',
    setParams(component, fields),
  );
  return {
    properties: [state, ...fields.map((field) => property(component, name, field))],
    commands: [
      {
        ...toggle(component, name),
        order: () => ({ ...toggle(component, name).order({}), payload: '{"state":"TOGGLE"}' }),
      },
      { name: `set-${name}`, spec: set, order: (params) => order(component, ...asked(params)) },
    ],
  };
}
