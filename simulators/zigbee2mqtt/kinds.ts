/** An entry of `exposes` (zigbee2mqtt docs, "Exposes"). */
export interface Exposed {
  readonly type: string;
  readonly name?: string;
  readonly property?: string;
  readonly access?: number;
  readonly endpoint?: string;
  readonly features?: readonly Exposed[];
  readonly [key: string]: unknown;
}

export interface Kind {
  readonly definition: {
    readonly model: string;
    readonly vendor: string;
    readonly description: string;
    readonly exposes: readonly Exposed[];
  } | null;
  /** What the device has when it is made. */
  readonly values: Readonly<Record<string, unknown>>;
}

const published = 1;
const all = 7;

const linkquality: Exposed = {
  type: 'numeric',
  name: 'linkquality',
  label: 'Linkquality',
  property: 'linkquality',
  access: published,
  unit: 'lqi',
  description: 'Link quality (signal strength)',
  value_min: 0,
  value_max: 255,
};

const onOff = (endpoint?: string): Exposed => ({
  type: 'binary',
  name: 'state',
  label: 'State',
  property: endpoint === undefined ? 'state' : `state_${endpoint}`,
  access: all,
  value_on: 'ON',
  value_off: 'OFF',
  value_toggle: 'TOGGLE',
  description: 'On/off state',
  ...(endpoint !== undefined && { endpoint }),
});

const number = (name: string, access: number, rest: Readonly<Record<string, unknown>>): Exposed => ({
  type: 'numeric',
  name,
  label: name.replaceAll('_', ' '),
  property: name,
  access,
  ...rest,
});

const colorParts = (name: string, parts: readonly string[]): Exposed => ({
  type: 'composite',
  name,
  label: 'Color',
  property: 'color',
  access: all,
  features: parts.map((part) => number(part, all, {})),
});

const light: Kind = {
  definition: {
    model: 'LED1624G9',
    vendor: 'IKEA',
    description: 'TRADFRI bulb, dimmable, color',
    exposes: [
      {
        type: 'light',
        features: [
          onOff(),
          number('brightness', all, { value_min: 0, value_max: 254 }),
          number('color_temp', all, { value_min: 250, value_max: 454, unit: 'mired' }),
          colorParts('color_xy', ['x', 'y']),
          colorParts('color_hs', ['hue', 'saturation']),
        ],
      },
      {
        type: 'enum',
        name: 'effect',
        label: 'Effect',
        property: 'effect',
        access: 2,
        values: ['blink', 'breathe', 'okay'],
        description: 'Triggers an effect on the light',
      },
      { type: 'hologram', name: 'mystery', property: 'mystery', access: published },
      linkquality,
    ],
  },
  values: { state: 'OFF', brightness: 254, color_temp: 370, color: { x: 0.45, y: 0.41, hue: 30, saturation: 70 } },
};

const plug: Kind = {
  definition: {
    model: 'ZNCZ02LM',
    vendor: 'Xiaomi',
    description: 'Mi power plug ZigBee',
    exposes: [
      { type: 'switch', features: [onOff()] },
      number('power', 5, { unit: 'W', description: 'Instantaneous measured power' }),
      number('energy', published, { unit: 'kWh' }),
      {
        type: 'binary',
        name: 'led_disabled_night',
        label: 'LED disabled night',
        property: 'led_disabled_night',
        access: all,
        value_on: true,
        value_off: false,
      },
      linkquality,
    ],
  },
  values: { state: 'OFF', power: 0, energy: 3.2, led_disabled_night: false },
};

const sensor: Kind = {
  definition: {
    model: 'WSDCGQ11LM',
    vendor: 'Aqara',
    description: 'Temperature and humidity sensor',
    exposes: [
      number('battery', published, { unit: '%', value_min: 0, value_max: 100 }),
      number('temperature', published, { unit: '°C' }),
      number('humidity', published, { unit: '%' }),
      linkquality,
    ],
  },
  values: { battery: 97, temperature: 21.4, humidity: 44.7 },
};

const cover: Kind = {
  definition: {
    model: 'E1757',
    vendor: 'IKEA',
    description: 'FYRTUR roller blind',
    exposes: [
      {
        type: 'cover',
        features: [
          {
            type: 'enum',
            name: 'state',
            label: 'State',
            property: 'state',
            access: 3,
            values: ['OPEN', 'CLOSE', 'STOP'],
          },
          number('position', all, { value_min: 0, value_max: 100, unit: '%' }),
        ],
      },
      linkquality,
    ],
  },
  values: { state: 'OPEN', position: 100 },
};

const thermostat: Kind = {
  definition: {
    model: 'SPZB0001',
    vendor: 'Eurotronic',
    description: 'Spirit thermostat',
    exposes: [
      {
        type: 'climate',
        features: [
          number('occupied_heating_setpoint', all, { value_min: 5, value_max: 30, value_step: 0.5, unit: '°C' }),
          number('local_temperature', 5, { unit: '°C' }),
          { type: 'enum', name: 'system_mode', property: 'system_mode', access: all, values: ['off', 'auto', 'heat'] },
        ],
      },
      {
        type: 'lock',
        features: [
          {
            ...onOff(),
            name: 'state',
            property: 'child_lock',
            value_on: 'LOCK',
            value_off: 'UNLOCK',
            value_toggle: undefined,
          },
        ],
      },
      linkquality,
    ],
  },
  values: { occupied_heating_setpoint: 20, local_temperature: 19.5, system_mode: 'auto', child_lock: 'UNLOCK' },
};

const gangs: Kind = {
  definition: {
    model: 'TS0002',
    vendor: 'Tuya',
    description: 'Two gang switch',
    exposes: [
      { type: 'switch', endpoint: 'l1', features: [onOff('l1')] },
      { type: 'switch', endpoint: 'l2', features: [onOff('l2')] },
      linkquality,
    ],
  },
  values: { state_l1: 'OFF', state_l2: 'OFF' },
};

const remote: Kind = {
  definition: {
    model: 'WXKG01LM',
    vendor: 'Xiaomi',
    description: 'Wireless button',
    exposes: [
      {
        type: 'enum',
        name: 'action',
        label: 'Action',
        property: 'action',
        access: published,
        values: ['single', 'double', 'hold'],
      },
      linkquality,
    ],
  },
  values: {},
};

const unsupported: Kind = { definition: null, values: {} };

export const kinds = { light, plug, sensor, cover, thermostat, gangs, remote, unsupported } as const;

export type KindName = keyof typeof kinds;

// The keys of a literal object, which TypeScript widens to string.
export const kindNames = Object.keys(kinds) as readonly KindName[];
