import { type Kind, stepOf, textOf } from '../kind.ts';
import type { Slot } from '../slot.ts';
import { measureOf } from './measure.ts';

/** What describes one entity to Home Assistant, without its ids. */
export type Entity = Readonly<Record<string, unknown>> & { readonly p: string };

/** Where an entity says and hears its value. */
export interface EntityTopics {
  readonly state?: string;
  readonly command?: string;
}

type Numeric = Extract<Kind, { type: 'integer' | 'number' }>;

const on = { payload_on: 'true', payload_off: 'false' };
/** Home Assistant shows at most this much text as a state. */
const maxText = 255;
/** It wants both ends of a range; these are wide, and the endpoint still knows better. */
const widest = 1e9;
/** It takes no finer steps; a description with one is refused whole (Home Assistant docs, "Number"). */
const finestStep = 0.001;

/** The payload of a button. */
export const press = 'PRESS';

/** The entity that shows a slot, and sets it where it can be set (Home Assistant docs, "MQTT", by component). */
export function entityOf(slot: Slot, topics: EntityTopics): Entity | undefined {
  const { kind } = slot;
  if (kind === undefined) return { p: 'button', command_topic: topics.command, payload_press: press };
  return topics.command === undefined ? sensor(kind, slot, topics) : control(kind, slot, topics);
}

function sensor(kind: Kind, { unit }: Slot, { state }: EntityTopics): Entity {
  const common = { state_topic: state };
  switch (kind.type) {
    case 'boolean':
      return { p: 'binary_sensor', ...common, ...on };
    case 'integer':
    case 'number':
      return measurement(common, unit);
    case 'enum':
      // Options go with neither a unit nor statistics (Home Assistant docs, "Sensor", `options`).
      if (kind.numeric === true) return measurement(common, unit);
      return { p: 'sensor', ...common, device_class: 'enum', options: kind.options };
    case 'string':
      return { p: 'sensor', ...common, value_template: cutTo(maxText) };
    case 'json':
      break;
  }
  return { p: 'sensor', ...common, value_template: cutTo(maxText), entity_category: 'diagnostic' };
}

function measurement(common: object, unit: string | undefined): Entity {
  return { p: 'sensor', ...common, ...measureOf(unit), state_class: stateClassOf(unit) };
}

/** A longer state would not be shown, and the one before would stand. */
const cutTo = (length: number): string => `{{ value[:${length}] }}`;

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
      return numberControl(kind, slot, common);
    case 'enum':
      return { p: 'select', ...common, options: kind.options };
    case 'string': {
      const max = Math.max(1, Math.min(kind.maxLength ?? maxText, maxText));
      return { p: 'text', ...common, max, ...(state !== undefined && { value_template: cutTo(max) }) };
    }
    case 'json':
      break;
  }
  // What has parts can be shown at best.
  return state === undefined ? undefined : sensor(kind, slot, { state });
}

/** A range of one value is no range to Home Assistant: the lower end must be below the upper one. */
function numberControl(kind: Numeric, { unit }: Slot, common: object): Entity {
  const { minimum, maximum } = kind;
  if (minimum !== undefined && maximum !== undefined && minimum >= maximum) {
    return { p: 'select', ...common, options: [textOf(minimum, kind)] };
  }
  const min = minimum ?? Math.min(-widest, 2 * (maximum ?? 0));
  const max = maximum ?? Math.max(widest, 2 * min);
  return { p: 'number', ...common, min, max, step: stepFor(kind), mode: 'box', ...measureOf(unit) };
}

function stepFor(kind: Numeric): number {
  const step = stepOf(kind) ?? (kind.type === 'integer' ? 1 : finestStep);
  return Math.max(step, finestStep);
}
