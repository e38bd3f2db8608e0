import { type Model, nameOf } from '../../src/driver/index.ts';
import type { Component } from './component.ts';
import type { EsphomeOptions } from './options.ts';
import type { Parts } from './part.ts';
import { partsOf } from './parts.ts';

export { type Component } from './component.ts';
export { componentTypes, esphomeOptions, type EsphomeOptions } from './options.ts';

/** What is known of a device that has not told what it has. */
export const esphomeModel: Model = {
  name: 'esphome',
  summary: 'A device with ESPHome, over MQTT; it tells what it has',
  commands: {},
  properties: {},
  events: {},
};

/** The model of a device as it described itself. */
export function modelOf(
  make: string,
  components: readonly Component[],
  stop: EsphomeOptions['stop'],
  parts: Parts = partsOf(components),
): Model {
  const types = [...new Set(components.map(({ type }) => type.replaceAll('_', ' ')))];
  const settings = stop?.map(({ property, value }) => `${property} ${JSON.stringify(value)}`).join(', ');
  return {
    name: `esphome-${nameOf(make).slice(0, 40).replace(/-+$/, '')}`,
    summary: `ESPHome ${make}: ${types.length === 0 ? 'nothing that it tells' : types.join(', ')}`,
    commands: Object.fromEntries(parts.commands.map(({ name, spec }) => [name, spec])),
    properties: Object.fromEntries(parts.properties.map(({ name, spec }) => [name, spec])),
    events: {},
    ...(settings !== undefined && {
      stop: { summary: `Sets ${settings.slice(0, 200)}`, confirmation: 'confirmed', timeoutMs: 3000 },
    }),
  };
}
