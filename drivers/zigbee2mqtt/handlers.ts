import { BellcrankError, type Call, type Fields, fieldOf, type MessageWire } from '../../src/driver/index.ts';
import type { Feature } from './exposes.ts';
import { type Description, isWritable, type Order } from './specs.ts';
import { decode, encode, tells } from './values.ts';

type DeviceCall = Call<MessageWire>;
type Handler<P> = (params: P, call: DeviceCall) => Promise<unknown>;

/** What the runtime calls; the records are kept and their entries replaced when a device describes itself anew. */
export interface Handlers {
  readonly commands: Record<string, Handler<Fields>>;
  readonly read: Record<string, (call: DeviceCall) => Promise<unknown>>;
  readonly write: Record<string, Handler<unknown>>;
}

/** How handlers talk to their device. */
export interface Talk {
  /** The last live value of a field, as zigbee2mqtt told it; undefined if there was none. */
  told(key: string): unknown;
  set<T>(call: DeviceCall, fields: Fields, fits: (state: Fields) => T | undefined, ms?: number): Promise<T>;
  get<T>(call: DeviceCall, keys: readonly string[], fits: (state: Fields) => T | undefined): Promise<T>;
  send(call: DeviceCall, fields: Fields): Promise<void>;
}

/**
 * How long a device that has already what is asked for is waited for. zigbee2mqtt tells the state again at once, unless
 * it was told not to be optimistic; then the device, which has nothing new to tell, is asked.
 */
const untilAskedMs = 1500;

/** A value to be set, and the feature that it is a value of. */
interface Asked {
  readonly name: string;
  readonly feature: Feature;
  readonly value: unknown;
}

export function handlersOf(description: Description, talk: Talk): Handlers {
  const { features, orders, blind } = description;
  const handlers: Handlers = { commands: {}, read: {}, write: {} };
  const writable = new Map([...features].filter(([, feature]) => isWritable(feature)));
  if (writable.size > 0) {
    handlers.commands['set'] = (params, call) => set(talk, call, askedOf(writable, params), extras(writable, params));
  }
  for (const [name, feature] of writable) {
    handlers.write[name] = async (value, call) => void (await set(talk, call, [{ name, feature, value }], {}));
  }
  for (const [name, feature] of features) {
    if (feature.gettable) handlers.read[name] = (call) => read(talk, call, feature);
  }
  for (const [name, order] of orders) handlers.commands[name] = (_params, call) => give(talk, call, order);
  for (const [name, { key, value }] of blind) {
    handlers.commands[name] = async (params, call) => {
      await talk.send(call, { [key]: encode(value, fieldOf(params, 'value')) });
      return {};
    };
  }
  return handlers;
}

function askedOf(writable: ReadonlyMap<string, Feature>, params: Fields): readonly Asked[] {
  const asked: Asked[] = [];
  for (const [name, feature] of writable) {
    if (Object.hasOwn(params, name)) asked.push({ name, feature, value: fieldOf(params, name) });
  }
  return asked;
}

/** How to get there, which no state tells. */
function extras(writable: ReadonlyMap<string, Feature>, params: Fields): Fields {
  return Object.hasOwn(params, 'transition') && !writable.has('transition') ? { transition: params['transition'] } : {};
}

/** Acknowledged by a live state with every value; never more, since zigbee2mqtt tells what it assumes. */
async function set(talk: Talk, call: DeviceCall, asked: readonly Asked[], extra: Fields): Promise<Fields> {
  if (asked.length === 0) throw new BellcrankError('invalid-request', 'there is nothing to set; nothing was sent');
  const fields = Object.fromEntries(asked.map(({ feature, value }) => [feature.key, encode(feature.value, value)]));
  const fits = (state: Fields): Fields | undefined =>
    asked.every(({ feature, value }) => tells(feature, value, fieldOf(state, feature.key))) ? state : undefined;
  const state = await reach(talk, call, asked, { ...fields, ...extra }, fits);
  const told = asked.map(({ name, feature }) => [name, decode(feature.value, fieldOf(state, feature.key))] as const);
  const result = Object.fromEntries(told);
  call.confirm('acknowledged', { state: JSON.stringify(result).slice(0, 200) });
  return result;
}

async function reach(
  talk: Talk,
  call: DeviceCall,
  asked: readonly Asked[],
  fields: Fields,
  fits: (state: Fields) => Fields | undefined,
): Promise<Fields> {
  const isThere = asked.every(({ feature, value }) => tells(feature, value, talk.told(feature.key)));
  const gettable = asked.filter(({ feature }) => feature.gettable).map(({ feature }) => feature.key);
  if (!isThere || gettable.length === 0) return await talk.set(call, fields, fits);
  try {
    return await talk.set(call, fields, fits, untilAskedMs);
  } catch (error) {
    if (!(error instanceof BellcrankError) || error.code !== 'device-timeout') throw error;
    return await talk.get(call, gettable, fits);
  }
}

/** zigbee2mqtt tells the whole state, so a value in it may be older than the question. */
async function read(talk: Talk, call: DeviceCall, { key, value }: Feature): Promise<unknown> {
  return await talk.get(call, [key], (state) => decode(value, fieldOf(state, key)));
}

async function give(talk: Talk, call: DeviceCall, { key, word, changes }: Order): Promise<Fields> {
  if (changes === undefined) {
    await talk.send(call, { [key]: word });
    return {};
  }
  // While nothing was told any state would be another one; a device that cannot be asked proves nothing then.
  const asks = changes.gettable && talk.told(key) === undefined;
  const before = asks ? await read(talk, call, changes) : decode(changes.value, talk.told(key));
  const other = (state: Fields): unknown => {
    const told = decode(changes.value, fieldOf(state, key));
    return told !== undefined && before !== undefined && told !== before ? { told } : undefined;
  };
  await talk.set(call, { [key]: word }, other);
  call.confirm('acknowledged', { state: `${key} changed` });
  return {};
}
