/** A property as its device knows it. */
export interface PropertyDefinition {
  readonly name: string;
  readonly datatype: string;
  readonly format?: string;
  readonly unit?: string;
  readonly settable?: boolean;
  readonly retained?: boolean;
  /** What it has when it is made; momentary ones have nothing. */
  readonly value?: string;
  /** It gets there step by step. */
  readonly slow?: true;
}

export interface NodeDefinition {
  readonly name: string;
  readonly type?: string;
  readonly properties: Readonly<Record<string, PropertyDefinition>>;
}

export type Nodes = Readonly<Record<string, NodeDefinition>>;

/** A room thermostat. Homie 4 knows one form of color, and its numbers alone. */
export const thermostat = (version: 4 | 5): Nodes => ({
  climate: {
    name: 'Climate',
    properties: {
      temperature: { name: 'Temperature', datatype: 'float', unit: '°C', value: '20.5' },
      setpoint: {
        name: 'Setpoint',
        datatype: 'float',
        format: version === 5 ? '5:30:0.5' : '5:30',
        unit: '°C',
        settable: true,
        value: '21',
      },
      mode: { name: 'Mode', datatype: 'enum', format: 'off,heat,auto', settable: true, value: 'auto' },
      heating: {
        name: 'Heating',
        datatype: 'boolean',
        value: 'false',
        ...(version === 5 && { format: 'idle,heating' }),
      },
      valve: { name: 'Valve', datatype: 'integer', format: '0:100', unit: '%', settable: true, value: '0', slow: true },
    },
  },
  panel: {
    name: 'Panel',
    type: 'display',
    properties: {
      label: { name: 'Label', datatype: 'string', settable: true, value: version === 5 ? '\0' : 'Room' },
      backlight: {
        name: 'Backlight',
        datatype: 'color',
        settable: true,
        ...(version === 5 ? { format: 'rgb,hsv', value: 'rgb,10,20,30' } : { format: 'rgb', value: '10,20,30' }),
      },
      pressed: { name: 'Pressed', datatype: 'enum', format: 'short,long', retained: false },
      beep: { name: 'Beep', datatype: 'enum', format: 'once,twice', retained: false, settable: true },
    },
  },
});

/** What hangs below the thermostat: a device of its own, on the same connection. */
export const relay: Nodes = {
  relay: {
    name: 'Relay',
    properties: { power: { name: 'Power', datatype: 'boolean', settable: true, value: 'false' } },
  },
};

/** Whether a device of that kind would take the payload. */
export function accepts({ datatype, format = '' }: PropertyDefinition, payload: string): boolean {
  switch (datatype) {
    case 'integer':
    case 'float': {
      const [low = '', high = ''] = format.split(':');
      const number = payload === '' ? Number.NaN : Number(payload);
      const isWhole = datatype === 'float' || Number.isInteger(number);
      return (
        isWhole && number >= (low === '' ? -Infinity : Number(low)) && number <= (high === '' ? Infinity : Number(high))
      );
    }
    case 'boolean':
      return payload === 'true' || payload === 'false';
    case 'enum':
      return format.split(',').includes(payload);
    case 'color':
      return payload.split(',').length >= 3;
    default:
      return payload !== '';
  }
}
