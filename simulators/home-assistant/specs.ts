import type { CommandSpec, Model, PropertySpec } from '../../src/driver/index.ts';

const timeoutMs = 5000;
const write = { effect: 'idempotent', confirmation: 'confirmed', timeoutMs } as const;
const nothing = { type: 'object', properties: {}, additionalProperties: false };
const onOff = { type: 'boolean', examples: [true] };
const brightness = { type: 'integer', minimum: 0, maximum: 255, examples: [255] };
const blindStates = ['open', 'opening', 'closed', 'closing', 'stopped'];

function readWrite(
  summary: string,
  schema: PropertySpec['schema'],
  writeSchema?: PropertySpec['schema'],
): PropertySpec {
  return {
    summary,
    schema,
    access: 'read-write',
    source: 'pushed',
    write: { ...write, ...(writeSchema && { schema: writeSchema }) },
  };
}

function action(
  summary: string,
  effect: CommandSpec['effect'],
  confirmation: CommandSpec['confirmation'],
): CommandSpec {
  return { summary, effect, confirmation, timeoutMs, params: nothing, result: nothing };
}

const degrees = { type: 'number', minimum: 5, maximum: 30, unit: '°C', examples: [5] };

/** What the board's descriptions say, as a model: written by hand, so that whoever reads descriptions can be checked. */
export const boardModel: Model = {
  name: 'home-assistant-simulated-board-8',
  summary: 'Simulated Board 8, by Home Assistant discovery',
  properties: {
    relay: readWrite('Relay: On or off', onOff),
    setpoint: readWrite('Setpoint: A number', degrees, { ...degrees, multipleOf: 0.5 }),
    mode: readWrite('Mode: One of its options', { type: 'string', enum: ['eco', 'comfort', 'off'], examples: ['eco'] }),
    lamp: readWrite('Lamp: On or off', onOff),
    'lamp-brightness': readWrite('Lamp: Brightness', brightness),
    blind: {
      summary: 'Blind: Where it is',
      schema: { type: 'string', enum: blindStates },
      access: 'read',
      source: 'pushed',
    },
    temperature: {
      summary: 'Temperature: What it measures',
      schema: { type: 'number', unit: '°C' },
      access: 'read',
      source: 'pushed',
    },
    door: { summary: 'Door: On or off, as the device tells', schema: onOff, access: 'read', source: 'pushed' },
  },
  commands: {
    'restart-press': action('Restart: Press', 'actuate', 'sent'),
    'lamp-set': {
      ...action('Lamp: Set several things in one message; what is set turns the light on', 'idempotent', 'confirmed'),
      params: {
        type: 'object',
        properties: { on: onOff, brightness, transition: { type: 'number', minimum: 0, maximum: 3600, unit: 's' } },
        minProperties: 1,
        additionalProperties: false,
      },
    },
    'blind-open': action('Blind: Open', 'idempotent', 'acknowledged'),
    'blind-close': action('Blind: Close', 'idempotent', 'acknowledged'),
    'blind-stop-moving': action('Blind: Stop where it is', 'idempotent', 'acknowledged'),
  },
  events: {},
  stop: { summary: 'Blind: stop moving, Lamp: off, Relay: off', confirmation: 'sent', timeoutMs },
};
