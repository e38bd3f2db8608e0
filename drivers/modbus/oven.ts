import type { ModbusMap } from './map-schema.ts';

const celsius = { type: 'number', unit: '°C' } as const;
const setting = { confirmation: 'confirmed', timeoutMs: 2000, verify: {} } as const;
const heater = { table: 'coil', address: 0, type: 'bool' } as const;

/** Bellcrank's own demonstration oven. */
export const oven: ModbusMap = {
  model: 'bellcrank-oven',
  summary: 'Laboratory oven with a Modbus controller, for demonstration',
  transport: ['serial', 'tcp'],
  modbus: { replyTimeoutMs: 300 },
  identify: {
    register: { table: 'input', address: 100, type: 'string', length: 8 },
    equals: 'BELLCRANK OVEN',
  },
  properties: {
    temperature: {
      summary: 'Temperature in the chamber',
      schema: { ...celsius, title: 'Temperature' },
      register: { table: 'input', address: 0, type: 'int16', scale: 0.1, invalid: -32_768 },
    },
    power: {
      summary: 'Power that the heater takes',
      schema: { type: 'number', unit: 'W', title: 'Power', minimum: 0 },
      register: { table: 'input', address: 1, type: 'float32' },
    },
    'at-setpoint': {
      summary: 'Whether the temperature has reached the setpoint',
      schema: { type: 'boolean', title: 'At setpoint' },
      register: { table: 'input', address: 3, type: 'bool', bit: 0 },
    },
    alarm: {
      summary: 'Alarm that is latched until it is reset',
      schema: { type: 'string', enum: ['none', 'over-temperature', 'sensor'], title: 'Alarm' },
      register: {
        table: 'input',
        address: 3,
        type: 'enum',
        bits: [4, 7],
        values: { none: 0, 'over-temperature': 1, sensor: 2 },
      },
    },
    'operating-hours': {
      summary: 'Hours with the heater on',
      schema: { type: 'number', unit: 'h', title: 'Operating hours', minimum: 0 },
      pollMs: 10_000,
      register: { table: 'input', address: 4, type: 'uint32', scale: 0.01 },
    },
    setpoint: {
      summary: 'Temperature to be reached',
      schema: { ...celsius, title: 'Setpoint', minimum: 0, maximum: 300 },
      register: { table: 'holding', address: 0, type: 'int16', scale: 0.1 },
      write: { effect: 'actuate', ...setting },
    },
    ramp: {
      summary: 'Steepest rise of the working setpoint; 0 jumps',
      schema: { type: 'number', unit: 'K/min', title: 'Ramp', minimum: 0, maximum: 100 },
      register: { table: 'holding', address: 1, type: 'uint16', scale: 0.1 },
      write: { effect: 'idempotent', ...setting },
    },
    fan: {
      summary: 'Speed of the fan',
      schema: { type: 'string', enum: ['off', 'low', 'high'], title: 'Fan' },
      register: { table: 'holding', address: 2, type: 'enum', bits: [0, 1], values: { off: 0, low: 1, high: 2 } },
      write: { effect: 'idempotent', ...setting },
    },
    light: {
      summary: 'Light in the chamber',
      schema: { type: 'boolean', title: 'Light' },
      register: { table: 'holding', address: 2, type: 'bool', bit: 8 },
      write: { effect: 'idempotent', function: 22, ...setting },
    },
    'power-limit': {
      summary: 'Most power that the heater may take',
      schema: { type: 'number', unit: 'W', title: 'Power limit', minimum: 0, maximum: 2000 },
      register: { table: 'holding', address: 3, type: 'float32' },
      write: { effect: 'idempotent', ...setting },
    },
    label: {
      summary: 'Text on the display',
      schema: { type: 'string', maxLength: 16, pattern: '^[ -~]*$', title: 'Label' },
      pollMs: 10_000,
      register: { table: 'holding', address: 16, type: 'string', length: 8 },
      write: { effect: 'idempotent', ...setting },
    },
    'heater-on': {
      summary: 'Whether the heater is enabled',
      schema: { type: 'boolean', title: 'Heater' },
      register: heater,
      write: { effect: 'actuate', ...setting },
    },
    'door-open': {
      summary: 'Whether the door is open, which interrupts the heater',
      schema: { type: 'boolean', title: 'Door open' },
      register: { table: 'discrete', address: 0, type: 'bool' },
    },
  },
  commands: {
    'reset-alarm': {
      summary: 'Reset a latched alarm; refused while its cause lasts',
      effect: 'idempotent',
      confirmation: 'acknowledged',
      timeoutMs: 2000,
      writes: [{ register: { table: 'coil', address: 1, type: 'bool' }, value: true }],
    },
    heat: {
      summary: 'Set the setpoint and enable the heater',
      effect: 'actuate',
      confirmation: 'acknowledged',
      timeoutMs: 2000,
      params: { celsius: { ...celsius, title: 'Setpoint', minimum: 0, maximum: 300 } },
      writes: [
        { register: { table: 'holding', address: 0, type: 'int16', scale: 0.1 }, param: 'celsius' },
        { register: heater, value: true },
      ],
    },
    version: {
      summary: 'Tell the controller’s version',
      effect: 'read',
      confirmation: 'acknowledged',
      timeoutMs: 2000,
      reads: {
        version: { schema: { type: 'string' }, register: { table: 'input', address: 108, type: 'string', length: 4 } },
      },
    },
  },
  stop: {
    summary: 'Heater off',
    confirmation: 'acknowledged',
    timeoutMs: 1000,
    writes: [{ register: heater, value: false }],
  },
};
