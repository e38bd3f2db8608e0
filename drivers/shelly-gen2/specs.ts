import type {
  CommandSpec,
  EventSpec,
  JsonSchema,
  Model,
  PropertySpec,
  StopSpec,
  WriteSpec,
} from '../../src/driver/index.ts';
import { nameOf, printable } from '../../src/driver/index.ts';
import { type Component, type Info, knowsPosition, propertyOf } from './describe.ts';
import type { Field } from './fields.ts';

const write: WriteSpec = { effect: 'idempotent', confirmation: 'confirmed', timeoutMs: 5000 };
const none: JsonSchema = { type: 'object', title: 'Nothing', properties: {}, additionalProperties: false };

const toggled: JsonSchema = {
  type: 'object',
  title: 'Toggled',
  properties: { wasOn: { type: 'boolean', title: 'Was on', description: 'The state before.' } },
  additionalProperties: false,
};

const position: JsonSchema = {
  type: 'object',
  title: 'Position',
  properties: { position: { type: 'integer', title: 'Position', unit: '%', minimum: 0, maximum: 100 } },
  required: ['position'],
  additionalProperties: false,
};

const happened: EventSpec = {
  summary: 'What happened at the input: single_push, double_push, long_push, btn_down, btn_up, …',
  data: {
    type: 'object',
    title: 'Input event',
    properties: { event: { type: 'string', title: 'Event', maxLength: 64 } },
    required: ['event'],
    additionalProperties: false,
  },
};

function command(summary: string, effect: CommandSpec['effect'], more: Partial<CommandSpec> = {}): CommandSpec {
  // The answer comes once the device has taken the command, and tells no state.
  return { summary, effect, confirmation: 'acknowledged', timeoutMs: 5000, params: none, result: none, ...more };
}

/** What the parameters of a `set` are called: the words of the properties. */
export function paramOf({ suffix }: Field): string {
  return suffix === '' ? 'on' : suffix;
}

export function settable({ fields }: Component): readonly Field[] {
  return fields.filter(({ param }) => param !== undefined);
}

/** Everything that a light can do, in one message. */
function setOf(component: Component): CommandSpec {
  const properties = Object.fromEntries(settable(component).map((field) => [paramOf(field), field.schema]));
  const params = { type: 'object', title: 'Set', properties, minProperties: 1, additionalProperties: false };
  return command('Set several things at once', 'idempotent', { confirmation: 'confirmed', params });
}

function commandsOf(component: Component): readonly (readonly [string, CommandSpec])[] {
  const { name, kind } = component;
  const all: [string, CommandSpec][] = [];
  if (settable(component).length > 1) all.push([`${name}-set`, setOf(component)]);
  if (kind.switches) {
    all.push([`${name}-toggle`, command('Switch to the other state', 'actuate', { result: toggled })]);
  }
  if (kind.moves) {
    all.push([`${name}-open`, command('Open', 'actuate')], [`${name}-close`, command('Close', 'actuate')]);
    all.push([`${name}-stop-moving`, command('Stop moving', 'idempotent', { confirmation: 'confirmed' })]);
    if (knowsPosition(component)) {
      all.push([`${name}-go-to`, command('Go to a position; 100 is open', 'idempotent', { params: position })]);
    }
  }
  return all;
}

function propertySpec({ kind, id }: Component, { summary, schema, param }: Field): PropertySpec {
  const what = { summary: `${kind.title} ${id}: ${summary}`, schema, source: 'pushed' } as const;
  return param === undefined ? { ...what, access: 'read' } : { ...what, access: 'read-write', write };
}

const stop: StopSpec = {
  summary: 'Outputs off, covers stopped',
  confirmation: 'confirmed',
  timeoutMs: 3000,
};

/** The model of a device that has these components. It has no names of the user's in it, so that many devices share it. */
export function modelOf(info: Pick<Info, 'app' | 'model'>, components: readonly Component[]): Model {
  const properties = components.flatMap((component) =>
    component.fields.map((field) => [propertyOf(component, field), propertySpec(component, field)] as const),
  );
  const events = components.filter(({ kind }) => kind.events).map(({ name }) => [name, happened] as const);
  const stoppable = components.some(({ kind }) => kind.switches ?? kind.moves);
  return {
    name: `shelly-gen2-${nameOf(info.app)}`.slice(0, 63).replace(/-+$/, ''),
    summary: printable(`Shelly ${info.app} (${info.model}), over MQTT`),
    commands: Object.fromEntries(components.flatMap(commandsOf)),
    properties: Object.fromEntries(properties),
    events: Object.fromEntries(events),
    ...(stoppable && { stop }),
  };
}
