import type { Fields } from '../../src/driver/index.ts';
import type { PropertySpec } from '../../src/driver/index.ts';
import type { Words } from './document.ts';

/** A message to the device that asks it to do something, and how its answer is known. */
export interface Order {
  /** Of the console: `POWER2`, `Dimmer`. */
  readonly command: string;
  readonly payload: string;
  /** What the device says with it, if that is an answer to this. */
  answer(fields: Fields, words: Words): unknown;
}

/** One property: how it is specified, how the device tells it, and how it is set. */
export interface Feature {
  readonly name: string;
  readonly spec: PropertySpec;
  /** The document that tells it when the device is asked. */
  readonly from: 'state' | 'sensors';
  /** Its value in a document of the device's; null where that says that it is not known, undefined where it does not tell it. */
  readonly told: (fields: Fields, words: Words) => unknown;
  readonly set?: (value: unknown) => Order;
}
