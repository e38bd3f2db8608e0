import type { Kind } from '../kind.ts';
import type { Slot } from '../slot.ts';
import { measureOf } from './measure.ts';

/** What describes one entity to Home Assistant, without its ids. */
export type Entity = Readonly<Record<string, unknown>> & { readonly p: string };

/** Where an entity says and hears its value. */
export interface EntityTopics {
  readonly state?: string;
  readonly command?: string;
}

const on = { payload_on: 'true', payload_off: 'false' };
/** Home Assistant shows at most this much text as a state. */
const maxText = 255;
/** It wants both ends of a range; these are wide, and the endpoint still knows better. */
const widest = 1e9;

/** The entity that shows a slot, and sets it where it can be set (Home Assistant docs, "MQTT", by component). */
export function entityOf(slot: Slot, topics: EntityTopics): Entity | undefined {
  const { kind } = slot;
  if (kind === undefined) return { p: 'button', command_topic: topics.command, payload_press: 'PRESS' };
  return topics.command === undefined ? sensor(kind, slot, topics) : control(kind, slot, topics);
}

function sensor(kind: Kind, { unit }: Slot, { state }: EntityTopics): Entity {
  const common = { state_topic: state };
  switch (kind.type) {
    case 'boolean':
      return { p: 'binary_sensor', ...common, ...on };
    case 'integer':
    case 'number':
      return { p: 'sensor', ...common, ...measureOf(unit), state_class: stateClassOf(unit) };
    case 'enum':
      return { p: 'sensor', ...common, device_class: 'enum', options: kind.options };
    case 'string':
      return { p: 'sensor', ...common, value_template: `{{ value[:${maxText}] }}` };
    case 'json':
      break;
  }
  return { p: 'sensor', ...common, value_template: `{{ value[:${maxText}] }}`, entity_category: 'diagnostic' };
}

function stateClassOf(unit: string | undefined): string {
  return unit === 'kWh' || unit === 'Wh' ? 'total_increasing' : 'measurement';
}

function control(kind: Kind, slot: Slot, { state, command }: EntityTopics): Entity | undefined {
  const common = { command_topic: command, ...(state !== undefined && { state_topic: state }), retain: false };
  switch (kind.type) {
    case 'boolean':
      return { p: 'switch', ...common, ...on, state_on: 'true', state_off: 'false' };
    case 'integer':
    case 'number':
      return { p: 'number', ...common, ...rangeOf(kind), ...measureOf(slot.unit) };
    case 'enum':
      return { p: 'select', ...common, options: kind.options };
    case 'string':
      return { p: 'text', ...common, max: Math.min(kind.maxLength ?? maxText, maxText) };
    case 'json':
      break;
  }
  // What has parts can be shown at best.
  return state === undefined ? undefined : sensor(kind, slot, { state });
}

function rangeOf(kind: Extract<Kind, { type: 'integer' | 'number' }>): object {
  const step = kind.step ?? (kind.type === 'integer' ? 1 : 0.001);
  return { min: kind.minimum ?? -widest, max: kind.maximum ?? widest, step, mode: 'box' };
}
