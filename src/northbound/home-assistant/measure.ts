/**
 * What Home Assistant calls a quantity, by its unit, where the unit leaves no doubt. Facts: Home Assistant docs, "Sensor",
 * "Device class", which also lists the units that each class takes.
 */
const classOfUnit: Readonly<Record<string, string>> = {
  V: 'voltage',
  mV: 'voltage',
  A: 'current',
  mA: 'current',
  W: 'power',
  kW: 'power',
  VA: 'apparent_power',
  var: 'reactive_power',
  Wh: 'energy',
  kWh: 'energy',
  '°C': 'temperature',
  '°F': 'temperature',
  K: 'temperature',
  Hz: 'frequency',
  kHz: 'frequency',
  MHz: 'frequency',
  GHz: 'frequency',
  Pa: 'pressure',
  hPa: 'pressure',
  kPa: 'pressure',
  bar: 'pressure',
  mbar: 'pressure',
  psi: 'pressure',
  lx: 'illuminance',
  dBm: 'signal_strength',
  s: 'duration',
  ms: 'duration',
  min: 'duration',
  h: 'duration',
  mm: 'distance',
  cm: 'distance',
  m: 'distance',
  km: 'distance',
  'm/s': 'speed',
  'km/h': 'speed',
  kg: 'weight',
  g: 'weight',
};

/** Home Assistant's own spelling of units that it spells otherwise. */
const spelling: Readonly<Record<string, string>> = { C: '°C', F: '°F', Ohm: 'Ω', percent: '%', l: 'L' };

export interface Measure {
  readonly unit_of_measurement?: string;
  readonly device_class?: string;
}

/** How a number with this unit is described. Energy only ever grows, so it is no measurement. */
export function measureOf(unit: string | undefined): Measure {
  if (unit === undefined) return {};
  const own = Object.hasOwn(spelling, unit) ? (spelling[unit] ?? unit) : unit;
  const deviceClass = Object.hasOwn(classOfUnit, own) ? classOfUnit[own] : undefined;
  return { unit_of_measurement: own, ...(deviceClass !== undefined && { device_class: deviceClass }) };
}
