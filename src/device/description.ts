import { rawCommand } from '../driver/built-in.ts';
import type { Log } from '../driver/contract.ts';
import { effectiveModel } from '../driver/effective.ts';
import { validate } from '../driver/schema.ts';
import type { Model } from '../driver/spec.ts';
import type { Models } from './models.ts';
import type { Readings } from './readings.ts';
import type { DeviceEvent, Restrictions } from './settings.ts';

export interface DescriptionParts {
  readonly model: Model;
  readonly restrictions: Restrictions;
  readonly models: Models;
  readonly readings: Readings;
  readonly log: Log;
  /** The device told something. */
  heard(): void;
  readonly observe: (kind: DeviceEvent['kind'], name: string, data: unknown) => void;
}

/** What one device can do, as far as it is allowed to; what it tells is checked against that. */
export class Description {
  readonly #parts: DescriptionParts;
  #model: Model;
  #unmatched = 0;

  constructor(parts: DescriptionParts) {
    this.#parts = parts;
    this.#model = parts.models.intern(effectiveModel(parts.model, parts.restrictions).model);
  }

  get model(): Model {
    return this.#model;
  }
  /** Replies and lines that belonged to nothing. */
  get unmatched(): number {
    return this.#unmatched;
  }

  report(name: string, value: unknown): void {
    const { log, readings } = this.#parts;
    const { properties } = this.#model;
    const spec = Object.hasOwn(properties, name) ? properties[name] : undefined;
    this.#parts.heard();
    if (spec === undefined) log.warn({ property: name.slice(0, 64) }, 'driver reported an unknown property');
    else readings.put(name, spec, value);
  }

  lost(name: string, why: string): void {
    const { log, readings } = this.#parts;
    if (Object.hasOwn(this.#model.properties, name)) readings.fail(name, why.slice(0, 200));
    else log.warn({ property: name.slice(0, 64) }, 'driver lost an unknown property');
  }

  emit(name: string, data: unknown): void {
    const { events } = this.#model;
    const spec = Object.hasOwn(events, name) ? events[name] : undefined;
    const errors = spec === undefined ? [{ detail: 'is not an event of its model' }] : validate(spec.data, data);
    const [error] = errors;
    const { log, observe } = this.#parts;
    if (error === undefined) observe('event', name, data);
    else log.warn({ event: name.slice(0, 64), error: error.detail }, 'driver emitted an invalid event');
  }

  remodel(model: Model): void {
    const problem = this.take(model);
    if (problem !== undefined) this.#parts.log.error({ problem }, 'the new model of the device is not taken');
  }

  /** Takes a model whole, or says why not: a limit that no longer fits must not be dropped. */
  take(model: Model): string | undefined {
    if (Object.hasOwn(model.commands, rawCommand)) return `${rawCommand} cannot be a command of a model's own`;
    const { model: effective, problems } = effectiveModel(model, this.#parts.restrictions);
    const [problem] = problems;
    if (problem !== undefined) return `${problem.path.join('.')} ${problem.detail}`;
    const its = this.#parts.models.intern(effective);
    if (its === this.#model) return undefined;
    this.#model = its;
    this.#parts.observe('model', effective.name, undefined);
    return undefined;
  }

  countUnmatched(what: string): void {
    this.#unmatched++;
    this.#parts.observe('unmatched', 'unmatched', what.slice(0, 200));
  }
}
