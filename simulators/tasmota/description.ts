import { type Description, nothing } from '../../drivers/tasmota/model.ts';
import type { TasmotaBehaviour } from './model.ts';
import type { TasmotaOptions } from './options.ts';

type Metered = Description['meter'][number];
type Sensor = Description['sensors'][number];

const sums = ['Today', 'Total', 'Yesterday'] as const;
const perPhase = ['ApparentPower', 'Current', 'Factor', 'Power', 'ReactivePower', 'Voltage'] as const;

function meterOf({ meterPhases }: TasmotaOptions): Metered[] {
  if (meterPhases === 0) return [];
  const phases = meterPhases === 1 ? 0 : meterPhases;
  const all = [...sums.map((field) => ({ field, phases: 0 })), ...perPhase.map((field) => ({ field, phases }))];
  return all.sort((a, b) => a.field.localeCompare(b.field));
}

const number = (device: string, quantity: string, unit: string): Sensor => ({
  path: [device, quantity],
  kind: 'number',
  unit,
});

/** What the simulated sensors tell, in the order of their names. */
export const sensors: readonly Sensor[] = [
  number('AM2301', 'DewPoint', '°C'),
  number('AM2301', 'Humidity', '%'),
  number('AM2301', 'Temperature', '°C'),
  number('BME280', 'DewPoint', '°C'),
  number('BME280', 'Humidity', '%'),
  number('BME280', 'Pressure', 'hPa'),
  number('BME280', 'Temperature', '°C'),
  number('DS18B20', 'Temperature', '°C'),
  { path: ['Switch1'], kind: 'switch' },
];

/** What the device has, as its driver is to learn it. */
export function descriptionOf(device: TasmotaBehaviour, options: TasmotaOptions): Description {
  const { light } = device;
  return {
    ...nothing,
    make: options.announces ? 'simulated' : 'device',
    relays: device.switchable,
    levels: light.kind === 'none' ? [] : ['Dimmer'],
    color: light.hasColor,
    ...(light.hasTemperature && { temperature: { minimum: 153, maximum: 500 } }),
    shutters: device.shutters.map((_, index) => ({ number: index + 1, inverted: false })),
    fan: options.fan,
    meter: meterOf(options),
    sensors: options.sensors ? sensors : [],
  };
}
