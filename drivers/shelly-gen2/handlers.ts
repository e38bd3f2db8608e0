import {
  BellcrankError,
  type Fields,
  fieldOf,
  isFields,
  type Message,
  type Presence,
  tellsAll,
} from '../../src/driver/index.ts';
import { fieldsOf, resultOf } from './codec.ts';
import { type Component, knowsPosition, propertyOf, valueAt } from './describe.ts';
import type { Field } from './fields.ts';
import type { Order, Orders, ShellyCall } from './orders.ts';
import { paramOf, settable } from './specs.ts';
import type { Talk } from './talk.ts';

export interface Tools {
  readonly talk: Talk;
  readonly orders: Orders;
  readonly presence: Presence;
  readonly topic: string;
}

type Command = (params: Fields, call: ShellyCall) => Promise<object>;
type Read = (call: ShellyCall) => Promise<unknown>;
type Write = (value: unknown, call: ShellyCall) => Promise<void>;

/** What a session offers; each is replaced when the device describes itself anew. */
export interface Handlers {
  readonly commands: Readonly<Record<string, Command>>;
  readonly read: Readonly<Record<string, Read>>;
  readonly write: Readonly<Record<string, Write>>;
}

export const noHandlers: Handlers = { commands: {}, read: {}, write: {} };

export function handlersOf(components: readonly Component[], tools: Tools): Handlers {
  const commands = components.flatMap((component) => commandsOf(component, tools));
  const read = components.flatMap((component) =>
    component.fields.map((field) => [propertyOf(component, field), reader(component, field, tools)] as const),
  );
  const write = components.flatMap((component) =>
    settable(component).map((field) => [propertyOf(component, field), writer(component, field, tools)] as const),
  );
  return {
    commands: Object.fromEntries(commands),
    read: Object.fromEntries(read),
    write: Object.fromEntries(write),
  };
}

/** Several of them at once: of one component its status, of more that of the device. */
export async function readMany(
  names: readonly string[],
  components: readonly Component[],
  call: ShellyCall,
  tools: Tools,
): Promise<Readonly<Record<string, unknown>>> {
  const wanted = components.flatMap((component) =>
    component.fields
      .map((field) => ({ component, field, property: propertyOf(component, field) }))
      .filter(({ property }) => names.includes(property)),
  );
  const [first] = wanted;
  if (first === undefined) return {};
  tools.presence.refuseIfAway();
  const one = wanted.every(({ component }) => component === first.component);
  const whole = one
    ? { [first.component.key]: await statusOf(first.component, call, tools) }
    : await tools.talk.status(call, tools.topic);
  return Object.fromEntries(
    wanted.map(({ component, field, property }) => [property, valueOrError(whole, component, field)]),
  );
}

function valueOrError(whole: Fields, component: Component, field: Field): unknown {
  const status = fieldOf(whole, component.key);
  const value = isFields(status) ? valueAt(status, field.path) : undefined;
  return value ?? noValue(component, field);
}

/** Everything that can be made safe: outputs that switch, and covers that move. */
export function stopOrders(components: readonly Component[]): readonly Order[] {
  return components.flatMap((component): Order[] => {
    if (component.kind.switches) return [setting(component, { on: false }, [['output', false, 0]])];
    return component.kind.moves ? [stopMoving(component)] : [];
  });
}

function statusOf({ kind, id }: Component, call: ShellyCall, { talk, topic }: Tools): Promise<Fields> {
  return talk.ask(call, topic, `${kind.namespace}.GetStatus`, { id }, { read: fieldsOf });
}

function noValue(component: Component, { path }: Field): BellcrankError {
  return new BellcrankError('device-failed', `the device tells no ${path} of ${component.key} now`);
}

function reader(component: Component, field: Field, tools: Tools): Read {
  return async (call) => {
    tools.presence.refuseIfAway();
    const value = valueAt(await statusOf(component, call, tools), field.path);
    if (value !== undefined && value !== null) return value;
    throw noValue(component, field);
  };
}

function setting(component: Component, params: Fields, wanted: readonly (readonly [string, unknown, number])[]): Order {
  return {
    component,
    method: `${component.kind.namespace}.Set`,
    params,
    proves: (status) => wanted.every(([path, value, tolerance]) => tellsAll(value, valueAt(status, path), tolerance)),
  };
}

function stopMoving(component: Component): Order {
  return {
    component,
    method: 'Cover.Stop',
    params: {},
    proves: (status) => {
      const state = fieldOf(status, 'state');
      return typeof state === 'string' && !['opening', 'closing', 'calibrating'].includes(state);
    },
  };
}

async function given(order: Order, call: ShellyCall, { orders, presence }: Tools): Promise<object> {
  presence.refuseIfAway();
  const stillThere = (): void => presence.refuseIfAway();
  await orders.give(call, order, (level, evidence) => call.confirm(level, evidence), stillThere);
  return {};
}

function writer(component: Component, { param = '', path, tolerance = 0 }: Field, tools: Tools): Write {
  return async (value, call) => {
    await given(setting(component, { [param]: value }, [[path, value, tolerance]]), call, tools);
  };
}

function commandsOf(component: Component, tools: Tools): readonly (readonly [string, Command])[] {
  const { name, kind } = component;
  const all: [string, Command][] = [];
  const told = (method: string, params: (given: Fields) => Fields = () => ({})): Command => {
    return (asked, call) => tell(component, `${kind.namespace}.${method}`, params(asked), call, tools);
  };
  if (settable(component).length > 1) all.push([`${name}-set`, setter(component, tools)]);
  if (kind.switches) all.push([`${name}-toggle`, told('Toggle')]);
  if (kind.moves) {
    all.push([`${name}-open`, told('Open')], [`${name}-close`, told('Close')]);
    all.push([`${name}-stop-moving`, (_params, call) => given(stopMoving(component), call, tools)]);
    if (knowsPosition(component)) {
      all.push([`${name}-go-to`, told('GoToPosition', ({ position }) => ({ pos: position }))]);
    }
  }
  return all;
}

function setter(component: Component, tools: Tools): Command {
  return (asked, call) => {
    const wanted = settable(component).filter((field) => Object.hasOwn(asked, paramOf(field)));
    const params = wanted.map((field) => [field.param, asked[paramOf(field)]] as const);
    const proofs = wanted.map((field) => [field.path, asked[paramOf(field)], field.tolerance ?? 0] as const);
    return given(setting(component, Object.fromEntries(params), proofs), call, tools);
  };
}

/** What no state is asked for with: the answer says that it was taken. */
async function tell(
  { id }: Component,
  method: string,
  params: Fields,
  call: ShellyCall,
  { talk, presence, topic }: Tools,
): Promise<object> {
  presence.refuseIfAway();
  const read = (message: Message): object => takenOf(resultOf(message));
  const taken = await talk.ask(call, topic, method, { id, ...params }, { read, final: true });
  call.confirm('acknowledged', { method });
  return taken;
}

/** `{"was_on": true}` of a toggle, or nothing. */
function takenOf(result: unknown): object {
  const wasOn = isFields(result) ? fieldOf(result, 'was_on') : undefined;
  return typeof wasOn === 'boolean' ? { wasOn } : {};
}
