import type { Entity } from './entity.ts';

/** A property, a command or an event of the device, with the component that it belongs to. */
export interface Of<T> {
  readonly entity: Entity;
  readonly part: T;
}
