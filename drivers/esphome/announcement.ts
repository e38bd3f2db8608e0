import { type Fields, fieldOf, isFields, isTopicLevel, payloadFields, printable } from '../../src/driver/index.ts';
import type { Component } from './component.ts';
import { lightFields } from './light.ts';
import { type ComponentType, componentTypes } from './options.ts';

const maxPayloadBytes = 16_384;
const maxText = 100;
const maxOptions = 100;
const maxSubs = 20;

/** What a discovery message for Home Assistant tells of one component of a device, and of the device. */
export interface Announced {
  readonly prefix: string;
  readonly component: Component;
  readonly node: NodeInfo;
}

/** Who a device is. */
export interface NodeInfo {
  readonly mac?: string;
  readonly name?: string;
  readonly board?: string;
  readonly manufacturer?: string;
  readonly version?: string;
}

export function isComponentType(word: string): word is ComponentType {
  return (componentTypes as readonly string[]).includes(word);
}

/** Each key has a short form, which ESPHome uses unless it is built without. */
function field(config: Fields, ...keys: string[]): unknown {
  for (const key of keys) {
    const value = fieldOf(config, key);
    if (value !== undefined) return value;
  }
  return undefined;
}

function text(config: Fields, ...keys: string[]): string | undefined {
  const value = field(config, ...keys);
  return typeof value === 'string' && value !== '' ? printable(value.slice(0, maxText)) : undefined;
}

function number(config: Fields, ...keys: string[]): number | undefined {
  const value = field(config, ...keys);
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function texts(config: Fields, ...keys: string[]): string[] | undefined {
  const value = field(config, ...keys);
  if (!Array.isArray(value)) return undefined;
  return value
    .filter((item: unknown): item is string => typeof item === 'string' && item !== '')
    .slice(0, maxOptions)
    .map((item) => item.slice(0, maxText));
}

/** MAC addresses are told with and without colons. */
export function macOf(value: unknown): string | undefined {
  const digits = typeof value === 'string' ? value.replaceAll(':', '').toLowerCase() : '';
  return /^[0-9a-f]{12}$/.test(digits) ? digits : undefined;
}

function nodeOf(config: Fields): NodeInfo {
  const device = field(config, 'dev', 'device');
  if (!isFields(device)) return {};
  const ids = field(device, 'ids', 'identifiers');
  return withoutUndefined({
    mac: macOf(Array.isArray(ids) ? ids[0] : ids),
    name: text(device, 'name'),
    board: text(device, 'mdl', 'model'),
    manufacturer: text(device, 'mf', 'manufacturer'),
    version: text(device, 'sw', 'sw_version'),
  });
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function withoutUndefined<T extends object>(all: T): Defined<T> {
  // What is left out is what the type makes optional.
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Defined<T>;
}

/** Everything before `/<component>/<object id>/` in any of its topics. */
function prefixOf(topics: readonly string[], middle: string): string | undefined {
  for (const topic of topics) {
    const at = topic.indexOf(middle);
    if (at > 0) return topic.slice(0, at);
  }
  return undefined;
}

/** The further topics of a component: `<prefix>/fan/ceiling/speed_level/state`. */
function subsOf(topics: readonly string[], base: string): string[] {
  const subs = topics.flatMap((topic) => {
    const rest = topic.startsWith(base) ? topic.slice(base.length).split('/') : [];
    return rest.length === 2 && rest[1] === 'state' ? [rest[0] ?? ''] : [];
  });
  return [...new Set(subs)].slice(0, maxSubs);
}

function lightHas(config: Fields): string[] {
  const modes = texts(config, 'supported_color_modes', 'sup_clrm') ?? [];
  const any = (...wanted: string[]): boolean => wanted.some((mode) => modes.includes(mode));
  const has: Readonly<Record<(typeof lightFields)[number], boolean>> = {
    brightness: field(config, 'brightness') === true,
    color: any('rgb', 'rgbw', 'rgbww', 'hs'),
    color_temp: any('color_temp'),
    effect: field(config, 'effect') === true,
    white: any('rgbw'),
  };
  return lightFields.filter((name) => has[name]);
}

/** Seconds. Longer than any timer is for ever. */
function expiryOf(config: Fields): { expireAfterMs?: number } {
  const seconds = number(config, 'exp_aft', 'expire_after') ?? 0;
  return seconds > 0 && seconds * 1000 < 2 ** 31 ? { expireAfterMs: seconds * 1000 } : {};
}

/** The limits of each type stand under names of their own. */
function limitsOf(config: Fields): { minimum?: number; maximum?: number; step?: number } {
  return withoutUndefined({
    minimum: number(config, 'min', 'min_mirs', 'min_mireds', 'min_temp'),
    maximum: number(config, 'max', 'max_mirs', 'max_mireds', 'max_temp', 'spd_rng_max', 'speed_range_max'),
    step: number(config, 'step', 'temp_step'),
  });
}

/** `homeassistant/<component>/<node>/<object id>/config`; undefined for what is not a component under its own prefix. */
export function announcedIn(type: string, id: string, payload: Uint8Array): Announced | undefined {
  const config = payloadFields(payload, maxPayloadBytes);
  if (config === undefined || !isComponentType(type) || !isTopicLevel(id) || id.length > maxText) return undefined;
  const topics = Object.values(config).filter((value) => typeof value === 'string');
  const prefix = prefixOf(topics, `/${type}/${id}/`);
  if (prefix === undefined || !isPrefix(prefix)) return undefined;
  const has = type === 'light' ? lightHas(config) : subsOf(topics, `${prefix}/${type}/${id}/`);
  const component: Component = {
    type,
    id,
    ...withoutUndefined({
      unit: text(config, 'unit_of_meas', 'unit_of_measurement'),
      options: texts(config, 'ops', 'options', 'modes', 'fx_list', 'effect_list'),
    }),
    ...limitsOf(config),
    ...expiryOf(config),
    has: has.sort(),
  };
  return { prefix, component, node: nodeOf(config) };
}

export function isPrefix(prefix: string): boolean {
  return prefix.length <= 200 && !prefix.startsWith('$') && prefix.split('/').every(isTopicLevel);
}

/** `esphome/discover/<name>`: what a node tells of itself for whoever looks for it. */
export function discoveredIn(name: string, payload: Uint8Array): NodeInfo | undefined {
  const info = payloadFields(payload, maxPayloadBytes);
  if (info === undefined || !isTopicLevel(name) || name.length > maxText) return undefined;
  return withoutUndefined({
    mac: macOf(fieldOf(info, 'mac')),
    name: text(info, 'friendly_name') ?? text(info, 'name') ?? printable(name),
    board: text(info, 'board'),
    manufacturer: text(info, 'project_name'),
    version: text(info, 'version'),
  });
}
