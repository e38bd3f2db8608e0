import type { JsonSchema } from '../../src/driver/index.ts';

/** One thing that a component's status tells, and how it is set, where it can be. */
export interface Field {
  /** Where it stands in the status: `aenergy.total`. */
  readonly path: string;
  /** Behind the component's name, with a hyphen; empty for what the component is about. */
  readonly suffix: string;
  readonly summary: string;
  readonly schema: JsonSchema;
  /** Its parameter of the component's `Set`; absent: it is told only. */
  readonly param?: string;
  /** What the device may round it by. */
  readonly tolerance?: number;
}

function number(title: string, unit: string, limits: object = {}): JsonSchema {
  return { type: 'number', title, unit, ...limits };
}

function field(path: string, suffix: string, summary: string, schema: JsonSchema): Field {
  return { path, suffix, summary, schema };
}

export const output: Field = {
  path: 'output',
  suffix: '',
  summary: 'Whether the output is on',
  schema: { type: 'boolean', title: 'On', description: 'True: the output is on.' },
  param: 'on',
};

export const brightness: Field = {
  path: 'brightness',
  suffix: 'brightness',
  summary: 'Brightness',
  schema: { type: 'integer', title: 'Brightness', unit: '%', minimum: 0, maximum: 100 },
  param: 'brightness',
};

export const color: Field = {
  path: 'rgb',
  suffix: 'color',
  summary: 'Red, green and blue',
  schema: {
    type: 'array',
    title: 'Color',
    items: { type: 'integer', minimum: 0, maximum: 255 },
    minItems: 3,
    maxItems: 3,
  },
  param: 'rgb',
};

export const white: Field = {
  path: 'white',
  suffix: 'white',
  summary: 'Level of the white channel',
  schema: { type: 'integer', title: 'White', minimum: 0, maximum: 255 },
  param: 'white',
};

export const colorTemperature: Field = {
  path: 'ct',
  suffix: 'color-temperature',
  summary: 'Color temperature',
  schema: { type: 'integer', title: 'Color temperature', unit: 'K', minimum: 1000, maximum: 20_000 },
  param: 'ct',
};

/** What outputs with a meter tell (docs, "Switch", "Light", "Cover", "PM1": status). */
export const metered: readonly Field[] = [
  field('apower', 'power', 'Active power', number('Active power', 'W')),
  field('voltage', 'voltage', 'Voltage', number('Voltage', 'V')),
  field('current', 'current', 'Current', number('Current', 'A')),
  field('freq', 'frequency', 'Mains frequency', number('Frequency', 'Hz', { minimum: 0 })),
  field('pf', 'power-factor', 'Power factor', { type: 'number', title: 'Power factor' }),
  field('aenergy.total', 'energy', 'Energy consumed', number('Energy', 'Wh', { minimum: 0 })),
  field('ret_aenergy.total', 'returned-energy', 'Energy returned', number('Returned energy', 'Wh', { minimum: 0 })),
  field('temperature.tC', 'temperature', 'Temperature of the device', number('Temperature', '°C')),
];

const coverStates = ['open', 'closed', 'opening', 'closing', 'stopped', 'calibrating'];

export const cover: readonly Field[] = [
  field('state', 'state', 'What the cover does, or where it rests', {
    type: 'string',
    title: 'State',
    enum: coverStates,
  }),
  field('current_pos', 'position', 'Position; 100 is open', number('Position', '%', { minimum: 0, maximum: 100 })),
  ...metered,
];

export const input: readonly Field[] = [
  field('state', '', 'Whether the input is on', { type: 'boolean', title: 'State' }),
  field('percent', 'percent', 'Analog value', number('Analog value', '%')),
  field('counts.total', 'count', 'Pulses counted', { type: 'integer', title: 'Count', minimum: 0 }),
];

export const single = {
  temperature: [field('tC', '', 'Temperature', number('Temperature', '°C'))],
  humidity: [field('rh', '', 'Relative humidity', number('Humidity', '%', { minimum: 0, maximum: 100 }))],
  voltmeter: [field('voltage', '', 'Voltage', number('Voltage', 'V'))],
  illuminance: [field('lux', '', 'Illuminance', number('Illuminance', 'lx', { minimum: 0 }))],
  devicepower: [
    field('battery.V', 'battery-voltage', 'Voltage of the battery', number('Battery voltage', 'V', { minimum: 0 })),
    field('battery.percent', 'battery', 'Charge of the battery', number('Battery', '%', { minimum: 0, maximum: 100 })),
  ],
  smoke: [field('alarm', '', 'Whether there is smoke', { type: 'boolean', title: 'Alarm' })],
  flood: [field('alarm', '', 'Whether there is water', { type: 'boolean', title: 'Alarm' })],
} as const;

/** What is measured on each phase of a three-phase meter (docs, "EM": status). */
function phase(letter: 'a' | 'b' | 'c'): readonly Field[] {
  const of = `of phase ${letter.toUpperCase()}`;
  return [
    field(`${letter}_voltage`, `${letter}-voltage`, `Voltage ${of}`, number('Voltage', 'V')),
    field(`${letter}_current`, `${letter}-current`, `Current ${of}`, number('Current', 'A')),
    field(`${letter}_act_power`, `${letter}-power`, `Active power ${of}`, number('Active power', 'W')),
    field(`${letter}_aprt_power`, `${letter}-apparent-power`, `Apparent power ${of}`, number('Apparent power', 'VA')),
    field(`${letter}_pf`, `${letter}-power-factor`, `Power factor ${of}`, { type: 'number', title: 'Power factor' }),
  ];
}

export const em: readonly Field[] = [
  ...(['a', 'b', 'c'] as const).flatMap(phase),
  field('n_current', 'n-current', 'Current of the neutral', number('Current', 'A')),
  field('total_current', 'current', 'Current of all phases', number('Current', 'A')),
  field('total_act_power', 'power', 'Active power of all phases', number('Active power', 'W')),
  field('total_aprt_power', 'apparent-power', 'Apparent power of all phases', number('Apparent power', 'VA')),
];

export const em1: readonly Field[] = [
  field('voltage', 'voltage', 'Voltage', number('Voltage', 'V')),
  field('current', 'current', 'Current', number('Current', 'A')),
  field('act_power', 'power', 'Active power', number('Active power', 'W')),
  field('aprt_power', 'apparent-power', 'Apparent power', number('Apparent power', 'VA')),
  field('pf', 'power-factor', 'Power factor', { type: 'number', title: 'Power factor' }),
  field('freq', 'frequency', 'Mains frequency', number('Frequency', 'Hz', { minimum: 0 })),
];

export const emdata: readonly Field[] = [
  field('total_act', 'energy', 'Energy consumed on all phases', number('Energy', 'Wh', { minimum: 0 })),
  field('total_act_ret', 'returned-energy', 'Energy returned on all phases', number('Energy', 'Wh', { minimum: 0 })),
];

export const em1data: readonly Field[] = [
  field('total_act_energy', 'energy', 'Energy consumed', number('Energy', 'Wh', { minimum: 0 })),
  field('total_act_ret_energy', 'returned-energy', 'Energy returned', number('Energy', 'Wh', { minimum: 0 })),
];
