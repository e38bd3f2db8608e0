import { version } from './catalogue.ts';
import type { EsphomeBehaviour } from './model.ts';

const onOff = (on: boolean): string => (on ? 'ON' : 'OFF');

function lamp({ lamp: { on, brightness, color, temperature, effect } }: EsphomeBehaviour): string {
  return JSON.stringify({ effect, color_mode: 'rgb', state: onOff(on), brightness, color, color_temp: temperature });
}

/** The payloads of the state topics of one kind, by what stands between its object id and `state`. */
export function statesOf(device: EsphomeBehaviour, type: string): Readonly<Record<string, string>> {
  const { fan, climate } = device;
  switch (type) {
    case 'switch':
      return { '': onOff(device.relay) };
    case 'light':
      return { '': lamp(device) };
    case 'binary_sensor':
      return { '': onOff(device.door) };
    case 'sensor':
      return { '': device.temperature.toFixed(1) };
    case 'text_sensor':
      return { '': version };
    case 'number':
      return { '': device.setpoint.toFixed(6) };
    case 'select':
      return { '': device.mode };
    case 'text':
      return { '': device.label };
    case 'cover':
      return { position: String(device.position), tilt: String(device.tilt) };
    case 'fan':
      return {
        '': onOff(fan.on),
        direction: fan.forward ? 'forward' : 'reverse',
        oscillation: fan.oscillating ? 'oscillate_on' : 'oscillate_off',
        speed_level: String(fan.speed),
      };
    case 'climate':
      return {
        mode: climate.mode,
        current_temperature: climate.current.toFixed(1),
        target_temperature: climate.target.toFixed(1),
        action: device.action,
      };
    case 'lock':
      return { '': device.locked ? 'LOCKED' : 'UNLOCKED' };
    case 'valve':
      return { '': device.valveOpen ? 'open' : 'closed' };
    default:
      return {};
  }
}
