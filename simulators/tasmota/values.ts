import type { TasmotaBehaviour } from './model.ts';
import type { TasmotaOptions } from './options.ts';

type Values = Record<string, unknown>;

/** `power` of the only one, `power-2` of the second of several. */
export function named(name: string, number: number, of: number): string {
  return of === 1 ? name : `${name}-${number}`;
}

function meter(device: TasmotaBehaviour, phases: TasmotaOptions['meterPhases']): Values {
  if (phases === 0) return {};
  const measured = device.measure();
  const each = (name: string, value: number, others: number): Values =>
    phases === 1 ? { [name]: value } : { [`${name}-1`]: value, [`${name}-2`]: others, [`${name}-3`]: others };
  return {
    ...each('voltage', measured.voltage, measured.voltage),
    ...each('current', measured.current, 0),
    ...each('active-power', measured.activePower, 0),
    ...each('apparent-power', measured.apparentPower, 0),
    ...each('reactive-power', measured.reactivePower, 0),
    ...each('power-factor', measured.factor, 0),
    'energy-today': measured.today,
    'energy-yesterday': measured.yesterday,
    'energy-total': measured.total,
  };
}

function shutters({ shutters: all }: TasmotaBehaviour): Values {
  const values: Values = {};
  for (const [index, { position, direction }] of all.entries()) {
    values[named('shutter-position', index + 1, all.length)] = position;
    values[named('shutter-motion', index + 1, all.length)] = ['closing', 'stopped', 'opening'][direction + 1];
  }
  return values;
}

/** All that the device tells, by the names of its model. */
export function valuesOf(device: TasmotaBehaviour, { meterPhases, sensors, fan }: TasmotaOptions): Values {
  const { light, switchable } = device;
  return {
    ...Object.fromEntries(switchable.map((relay) => [named('power', relay, switchable.length), device.isOn(relay)])),
    ...(light.kind !== 'none' && { dimmer: light.dimmer }),
    ...(light.hasColor && { color: light.color }),
    ...(light.hasTemperature && { 'color-temperature': light.temperature }),
    ...(fan && { 'fan-speed': device.fanSpeed }),
    ...shutters(device),
    ...meter(device, meterPhases),
    ...(sensors && { 'switch-1': false, ...device.room }),
    uptime: device.uptimeSeconds,
    'wifi-signal': -62,
  };
}
