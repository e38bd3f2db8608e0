import { type Fields, fieldOf, isFields } from '../../src/driver/index.ts';
import type { Field } from './fields.ts';
import { type Kind, kindOf } from './kinds.ts';

/** Components of one device that are looked at; the largest device has about thirty. */
export const maxComponents = 100;

/** What a device says of itself (docs, "Shelly": GetDeviceInfo). */
export interface Info {
  readonly id: string;
  readonly app: string;
  readonly model: string;
  readonly version: string;
  readonly generation: number;
  readonly name?: string;
}

/** One component that the device has, with those of its fields that it tells. */
export interface Component {
  /** `switch:0`, as its keys are written. */
  readonly key: string;
  /** `switch-0`. */
  readonly name: string;
  readonly id: number;
  readonly kind: Kind;
  readonly fields: readonly Field[];
}

/** The answer to `Shelly.GetDeviceInfo`; undefined if it is none. */
export function infoOf(result: unknown): Info | undefined {
  if (!isFields(result)) return undefined;
  const text = (name: string): string | undefined => {
    const value = fieldOf(result, name);
    return typeof value === 'string' && value !== '' ? value.slice(0, 100) : undefined;
  };
  const id = text('id');
  const generation = fieldOf(result, 'gen');
  if (id === undefined || typeof generation !== 'number' || generation < 2) return undefined;
  const name = text('name');
  const app = text('app') ?? text('model') ?? 'device';
  const known = { id, app, model: text('model') ?? app, version: text('ver') ?? '', generation };
  return name === undefined ? known : { ...known, name };
}

/** The components of which a whole status tells (docs, "Shelly": GetStatus), in the order of their names. */
export function componentsOf(status: Fields): readonly Component[] {
  const known = Object.keys(status).flatMap((key) => componentOf(key, fieldOf(status, key)) ?? []);
  return known.toSorted((one, other) => one.name.localeCompare(other.name, 'en')).slice(0, maxComponents);
}

function componentOf(key: string, status: unknown): Component | undefined {
  const [, type = '', digits = ''] = /^([a-z][a-z0-9]*):(\d{1,4})$/.exec(key) ?? [];
  const kind = kindOf(type);
  if (kind === undefined || !isFields(status)) return undefined;
  const fields = kind.fields.filter((field) => tells(kind, field, status));
  return { key, name: `${type}-${Number(digits)}`, id: Number(digits), kind, fields };
}

/** A button has no state, and says null for ever; elsewhere null is a value that the device does not know just now. */
export function tells(kind: Kind, { path }: Field, status: Fields): boolean {
  const value = valueAt(status, path);
  return value !== undefined && !(kind.events === true && value === null);
}

/** What stands at a path such as `aenergy.total`; own fields only. */
export function valueAt(status: Fields, path: string): unknown {
  let at: unknown = status;
  for (const name of path.split('.')) {
    if (!isFields(at)) return undefined;
    at = fieldOf(at, name);
  }
  return at;
}

export function propertyOf({ name }: Component, { suffix }: Field): string {
  return suffix === '' ? name : `${name}-${suffix}`;
}

/** Whether a cover can be sent to a position: it is calibrated, and so it knows where it is. */
export function knowsPosition({ fields }: Component): boolean {
  return fields.some(({ path }) => path === 'current_pos');
}
