import { fieldOf, isFields } from '../../src/driver/index.ts';
import type { Description } from './description.ts';
import type { Feature } from './feature.ts';
import { lightFeatures } from './light.ts';
import { meterFeatures } from './meter.ts';
import { relayFeatures } from './relay.ts';
import { sensorFeatures } from './sensor.ts';
import { shutterFeatures } from './shutter.ts';
import { pushed } from './specs.ts';

const uptime: Feature = {
  name: 'uptime',
  spec: pushed('Time since the device started', { type: 'integer', title: 'Uptime', unit: 's', minimum: 0 }),
  from: 'state',
  told: (fields) => fieldOf(fields, 'UptimeSec'),
};

const wifiSignal: Feature = {
  name: 'wifi-signal',
  spec: pushed('Strength of its Wi-Fi', { type: 'number', title: 'Wi-Fi signal', unit: 'dBm' }),
  from: 'state',
  told(fields) {
    const wifi = fieldOf(fields, 'Wifi');
    return isFields(wifi) ? fieldOf(wifi, 'Signal') : undefined;
  },
};

/** What every device tells. */
export const commonFeatures: readonly Feature[] = [uptime, wifiSignal];

/** The properties of a device. What it tells of itself never takes the name of another. */
export function featuresOf(description: Description): readonly Feature[] {
  const own = [
    ...relayFeatures(description),
    ...lightFeatures(description),
    ...shutterFeatures(description),
    ...meterFeatures(description),
    ...commonFeatures,
  ];
  const all = [...own, ...sensorFeatures(description, new Set(own.map(({ name }) => name)))];
  const taken = new Set<string>();
  return all.filter(({ name }) => !taken.has(name) && taken.add(name));
}
