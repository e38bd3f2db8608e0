import { Type } from '@sinclair/typebox';
import { defineModel } from '../../src/driver/index.ts';

const closed = { additionalProperties: false } as const;

const volts = { title: 'Voltage', unit: 'V', minimum: 0, maximum: 30 };
const amps = { title: 'Current', unit: 'A', minimum: 0, maximum: 5 };

/** The supply answers a setting with nothing but the absence of an error. */
const nothing = Type.Object({}, closed);

const setting = { effect: 'idempotent', confirmation: 'acknowledged', timeoutMs: 2000 } as const;

/** Setpoints read back as the supply rounds them. */
const verified = { ...setting, confirmation: 'confirmed', verify: { tolerance: 0.001 } } as const;

const voltsSchema = Type.Number({ ...volts, description: 'Output voltage in constant-voltage mode.' });
const ampsSchema = Type.Number({ ...amps, description: 'Current limit: above it the supply holds the current.' });

export const model = defineModel({
  name: 'scpi-supply',
  summary: 'Single-output bench supply that speaks SCPI-1999',
  commands: {
    'set-voltage': {
      summary: 'Set the output voltage',
      ...setting,
      params: Type.Object({ volts: voltsSchema }, closed),
      result: nothing,
      examples: [{ params: { volts: 5 }, result: {} }],
    },
    'set-current': {
      summary: 'Set the current limit',
      ...setting,
      params: Type.Object({ amps: ampsSchema }, closed),
      result: nothing,
      examples: [{ params: { amps: 0.5 }, result: {} }],
    },
    output: {
      summary: 'Switch the output on or off',
      ...setting,
      params: Type.Object(
        { on: Type.Boolean({ title: 'On', description: 'True connects the output, false disconnects it.' }) },
        closed,
      ),
      result: nothing,
      examples: [{ params: { on: true }, result: {} }],
    },
  },
  properties: {
    'measured-voltage': {
      summary: 'Voltage at the output terminals',
      schema: Type.Number({ title: 'Measured voltage', unit: 'V' }),
      access: 'read',
      source: { pollMs: 500 },
    },
    'measured-current': {
      summary: 'Current through the output',
      schema: Type.Number({ title: 'Measured current', unit: 'A' }),
      access: 'read',
      source: { pollMs: 500 },
    },
    'measured-power': {
      summary: 'Power into the load',
      schema: Type.Number({ title: 'Measured power', unit: 'W' }),
      access: 'read',
      source: { pollMs: 500 },
    },
    'voltage-setpoint': {
      summary: 'Voltage that the supply is set to',
      schema: Type.Number({ ...volts, title: 'Voltage setpoint' }),
      access: 'read-write',
      source: { pollMs: 2000 },
      write: verified,
    },
    'current-setpoint': {
      summary: 'Current limit that the supply is set to',
      schema: Type.Number({ ...amps, title: 'Current setpoint' }),
      access: 'read-write',
      source: { pollMs: 2000 },
      write: verified,
    },
    'output-enabled': {
      summary: 'Whether the output is on',
      schema: Type.Boolean({ title: 'Output enabled' }),
      access: 'read',
      source: { pollMs: 1000 },
    },
  },
  events: {
    'device-error': {
      summary: 'An entry of the error queue that no command of ours explains',
      data: Type.Object(
        {
          code: Type.Integer({
            title: 'Code',
            description: 'Negative codes are SCPI-1999, positive ones the maker’s.',
          }),
          text: Type.String({ title: 'Text', maxLength: 255 }),
        },
        closed,
      ),
    },
  },
  stop: { summary: 'Output off', confirmation: 'acknowledged', timeoutMs: 1000 },
});

/** Options of a device in the configuration; the simulated driver takes the same. */
export const optionsSchema = Type.Object(
  {
    identity: Type.Optional(
      Type.String({
        title: 'Identity',
        description: 'What the answer to *IDN? must begin with; another device on the port is refused.',
        minLength: 1,
        maxLength: 200,
      }),
    ),
    replyTimeoutMs: Type.Optional(
      Type.Integer({
        title: 'Reply timeout',
        description: 'From a query to the first byte of its answer.',
        unit: 'ms',
        minimum: 10,
        maximum: 60_000,
        default: 500,
      }),
    ),
    drainLimit: Type.Optional(
      Type.Integer({
        title: 'Error queue limit',
        description: 'Entries read from the error queue before giving up on emptying it.',
        minimum: 1,
        maximum: 256,
        default: 32,
      }),
    ),
  },
  closed,
);
