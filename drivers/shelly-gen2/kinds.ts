import * as fields from './fields.ts';

/** What Bellcrank knows of one type of component (docs, "Components and services"). */
export interface Kind {
  /** The namespace of its methods: `Switch.Set`. */
  readonly namespace: string;
  readonly title: string;
  readonly fields: readonly fields.Field[];
  /** It is switched on and off, and is off after a stop. */
  readonly switches?: true;
  /** It opens, closes and stops. */
  readonly moves?: true;
  /** It tells what happens to it (docs, "Input": events). */
  readonly events?: true;
}

const light = { title: 'Light', switches: true } as const;

const table: Readonly<Record<string, Kind>> = {
  switch: { namespace: 'Switch', title: 'Switch', switches: true, fields: [fields.output, ...fields.metered] },
  light: { ...light, namespace: 'Light', fields: [fields.output, fields.brightness, ...fields.metered] },
  rgb: { ...light, namespace: 'RGB', fields: [fields.output, fields.brightness, fields.color, ...fields.metered] },
  rgbw: {
    ...light,
    namespace: 'RGBW',
    fields: [fields.output, fields.brightness, fields.color, fields.white, ...fields.metered],
  },
  cct: {
    ...light,
    namespace: 'CCT',
    fields: [fields.output, fields.brightness, fields.colorTemperature, ...fields.metered],
  },
  cover: { namespace: 'Cover', title: 'Cover', moves: true, fields: fields.cover },
  input: { namespace: 'Input', title: 'Input', events: true, fields: fields.input },
  pm1: { namespace: 'PM1', title: 'Meter', fields: fields.metered },
  em: { namespace: 'EM', title: 'Meter of three phases', fields: fields.em },
  em1: { namespace: 'EM1', title: 'Meter', fields: fields.em1 },
  emdata: { namespace: 'EMData', title: 'Energy of three phases', fields: fields.emdata },
  em1data: { namespace: 'EM1Data', title: 'Energy', fields: fields.em1data },
  temperature: { namespace: 'Temperature', title: 'Temperature', fields: fields.single.temperature },
  humidity: { namespace: 'Humidity', title: 'Humidity', fields: fields.single.humidity },
  voltmeter: { namespace: 'Voltmeter', title: 'Voltmeter', fields: fields.single.voltmeter },
  illuminance: { namespace: 'Illuminance', title: 'Illuminance', fields: fields.single.illuminance },
  devicepower: { namespace: 'DevicePower', title: 'Power supply', fields: fields.single.devicepower },
  smoke: { namespace: 'Smoke', title: 'Smoke', fields: fields.single.smoke },
  flood: { namespace: 'Flood', title: 'Flood', fields: fields.single.flood },
};

export function kindOf(type: string): Kind | undefined {
  return Object.hasOwn(table, type) ? table[type] : undefined;
}
