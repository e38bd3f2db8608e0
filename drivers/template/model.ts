import { Type } from '@sinclair/typebox';
import { defineModel } from '../../src/driver/index.ts';

const nothing = Type.Object({}, { additionalProperties: false });

/** What the device can do, as data: endpoints, OpenAPI, forms and the driver's types follow from it. */
export const model = defineModel({
  name: 'template',
  summary: 'A heater that speaks lines of text; copy this folder',
  commands: {
    'set-target': {
      summary: 'Set the target temperature',
      effect: 'idempotent',
      confirmation: 'acknowledged',
      timeoutMs: 2000,
      params: Type.Object(
        { celsius: Type.Number({ title: 'Target', unit: '°C', minimum: 0, maximum: 80 }) },
        { additionalProperties: false },
      ),
      result: nothing,
      examples: [{ params: { celsius: 40 } }],
    },
  },
  properties: {
    temperature: {
      summary: 'Measured temperature',
      access: 'read',
      source: { pollMs: 1000 },
      schema: Type.Number({ unit: '°C' }),
    },
  },
  events: {},
  stop: { summary: 'Heating off', confirmation: 'acknowledged', timeoutMs: 1000 },
});

/** What a device's `options` in the configuration may say. */
export const options = Type.Object(
  { replyTimeoutMs: Type.Optional(Type.Integer({ minimum: 10, maximum: 10_000, default: 500 })) },
  { additionalProperties: false },
);
