/** What one device has, as it told it. Plain data; equal descriptions are one model. */
export interface Description {
  /** Its module or template, in words that a model's name may hold. */
  readonly make: string;
  /** Numbers of the relays and lights that `Power<x>` switches; those that move a shutter are not among them. */
  readonly relays: readonly number[];
  /** What is set in percent, by the key that tells it and the command that sets it: `Dimmer`, `Dimmer2`, `Channel1`. */
  readonly levels: readonly string[];
  readonly color: boolean;
  /** The white temperatures that it takes, in mired. */
  readonly temperature?: { readonly minimum: number; readonly maximum: number };
  readonly shutters: readonly Shutter[];
  readonly fan: boolean;
  readonly meter: readonly Metered[];
  readonly sensors: readonly Sensor[];
}

export interface Shutter {
  readonly number: number;
  /** 0 is open and 100 closed for the firmware; the driver turns that round. */
  readonly inverted: boolean;
}

/** A quantity of the energy meter; phases are 0 where it tells one number instead of a list. */
export interface Metered {
  readonly field: MeterField;
  readonly phases: number;
}

/** A number or a switch that the telemetry tells, by its keys from the outside in. */
export interface Sensor {
  readonly path: readonly (string | number)[];
  readonly kind: 'number' | 'switch';
  readonly unit?: string;
  /** Its changes are told as they happen, as `{"Switch1":{"Action":"ON"}}`. */
  readonly follows?: true;
}

/** Fields of `ENERGY` (Tasmota docs, "Power Monitoring"). */
export const meterFields = {
  Voltage: { name: 'voltage', title: 'Voltage', unit: 'V' },
  Current: { name: 'current', title: 'Current', unit: 'A' },
  Power: { name: 'active-power', title: 'Active power', unit: 'W' },
  ApparentPower: { name: 'apparent-power', title: 'Apparent power', unit: 'VA' },
  ReactivePower: { name: 'reactive-power', title: 'Reactive power', unit: 'var' },
  Factor: { name: 'power-factor', title: 'Power factor', unit: undefined },
  Frequency: { name: 'frequency', title: 'Mains frequency', unit: 'Hz' },
  Today: { name: 'energy-today', title: "Energy since midnight of the device's clock", unit: 'kWh' },
  Yesterday: { name: 'energy-yesterday', title: 'Energy of the day before', unit: 'kWh' },
  Total: { name: 'energy-total', title: 'Energy since the counter was last reset', unit: 'kWh' },
  ExportActive: { name: 'energy-exported', title: 'Energy fed back', unit: 'kWh' },
} as const;

export type MeterField = keyof typeof meterFields;

export const nothing: Description = {
  make: 'unknown',
  relays: [],
  levels: [],
  color: false,
  shutters: [],
  fan: false,
  meter: [],
  sensors: [],
};
