import type { CommandSpec, EventSpec, JsonSchema, Model, StopSpec } from '../../src/driver/index.ts';
import type { Description } from './description.ts';
import { commonFeatures, featuresOf } from './features.ts';
import type { Feature } from './feature.ts';
import { shutterMoves } from './shutter.ts';
import { actuate, none, numbered, timeoutMs } from './specs.ts';

export { type Description, nothing } from './description.ts';
export { tasmotaOptions, type TasmotaOptions } from './options.ts';

const on: JsonSchema = { type: 'boolean', title: 'On', description: 'True: on.', examples: [true] };

const state: JsonSchema = {
  type: 'object',
  title: 'Relay state',
  properties: { on },
  required: ['on'],
  additionalProperties: false,
  examples: [{ on: true }],
};

const stateOfOne: JsonSchema = {
  ...state,
  properties: { on, relay: { type: 'integer', title: 'Relay', minimum: 1, maximum: 32 } },
  required: ['on', 'relay'],
  examples: [{ on: true, relay: 2 }],
};

/** The same as a write of `power`, and tells the state with its answer. */
const power: CommandSpec = {
  summary: 'Switch the relay on or off',
  effect: 'idempotent',
  confirmation: 'confirmed',
  timeoutMs,
  params: { ...state, title: 'Power' },
  result: state,
  examples: [{ params: { on: true }, result: { on: true } }],
};

/** No particular state can be asked for, and RESULT does not say whose command it answers: never `confirmed`. */
const toggle: CommandSpec = {
  ...actuate('Switch the relay to its other state', state),
  examples: [{ params: {}, result: { on: false } }],
};

const restart: CommandSpec = {
  ...actuate('Restart the firmware; its PowerOnState says what becomes of the relays'),
  params: none,
};

function commandsOf({ relays, shutters }: Description): Record<string, CommandSpec> {
  const commands: Record<string, CommandSpec> = { restart };
  if (relays.length === 1) commands['power'] = power;
  for (const relay of relays) commands[numbered('toggle', relay, relays.length)] = toggle;
  for (const { number } of shutters) {
    for (const [move, { summary }] of Object.entries(shutterMoves)) {
      commands[numbered(move, number, shutters.length)] = actuate(summary);
    }
  }
  return commands;
}

function eventsOf({ relays }: Description): Record<string, EventSpec> {
  if (relays.length === 0) return {};
  const summary = 'A relay changed, and no command sent from here explains it: its button, a timer, another client';
  return { 'power-changed': { summary, data: relays.length === 1 ? state : stateOfOne } };
}

/** Relays, lights and fans off, shutters stopped; a stopped shutter says that it took it, not that it stands. */
function stopOf({ relays, shutters, fan }: Description): StopSpec | undefined {
  if (relays.length === 0 && shutters.length === 0 && !fan) return undefined;
  const parts = [
    ...(relays.length > 0 ? ['relays off'] : []),
    ...(fan ? ['fan off'] : []),
    ...(shutters.length > 0 ? ['shutters stopped'] : []),
  ].join(', ');
  const summary = `${parts.slice(0, 1).toUpperCase()}${parts.slice(1)}`;
  return { summary, confirmation: shutters.length > 0 ? 'acknowledged' : 'confirmed', timeoutMs: 2000 };
}

function propertiesOf(features: readonly Feature[]): Model['properties'] {
  return Object.fromEntries(features.map(({ name, spec }) => [name, spec]));
}

/** What all have in common, and all that is known of one that has not told what it is. */
export const tasmotaModel: Model = {
  name: 'tasmota',
  summary: 'A device with Tasmota, over MQTT; it tells what it has',
  commands: { restart },
  properties: propertiesOf(commonFeatures),
  events: {},
  // What is not known is switched off as well, as far as one command goes.
  stop: { summary: 'Everything that `Power0` switches off', confirmation: 'confirmed', timeoutMs: 2000 },
};

/** The model of a device as it described itself. */
export function modelOf(description: Description, features = featuresOf(description)): Model {
  const stop = stopOf(description);
  return {
    name: `tasmota-${description.make}`,
    summary: `Tasmota ${description.make}: ${summaryOf(description)}, over MQTT`,
    commands: commandsOf(description),
    properties: propertiesOf(features),
    events: eventsOf(description),
    ...(stop && { stop }),
  };
}

function summaryOf({ relays, levels, color, shutters, fan, meter, sensors }: Description): string {
  const count = (number: number, what: string): string[] =>
    number === 0 ? [] : [number === 1 ? `a ${what}` : `${number} ${what}s`];
  const parts = [
    ...count(relays.length, 'relay'),
    ...(color ? ['a colour light'] : levels.length > 0 ? ['a light'] : []),
    ...count(shutters.length, 'shutter'),
    ...(fan ? ['a fan'] : []),
    ...(meter.length > 0 ? ['an energy meter'] : []),
    ...count(sensors.length, 'sensor value'),
  ];
  return parts.length === 0 ? 'nothing that it tells' : parts.join(', ');
}
