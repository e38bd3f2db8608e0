import { rawCommand } from '../driver/built-in.ts';
import type { Log } from '../driver/contract.ts';
import { effectiveModel } from '../driver/effective.ts';
import { taken, tooMuchOfAModel } from '../driver/bounds.ts';
import type { Model } from '../driver/spec.ts';
import { causeNow } from './cause.ts';
import type { Models } from './models.ts';
import type { Readings } from './readings.ts';
import type { DeviceEvent, Restrictions } from './settings.ts';
import type { Tally } from './tallies.ts';

export interface DescriptionParts {
  /** Of the device. */
  readonly id: string;
  /** The driver's: whole, unless its devices describe themselves. */
  readonly declared: Model;
  readonly selfDescribing: boolean;
  readonly restrictions: Restrictions;
  readonly models: Models;
  readonly readings: Readings;
  readonly tally: Tally;
  readonly log: Log;
  /** The device told something. */
  heard(): void;
  observe(kind: DeviceEvent['kind'], name: string, data: unknown): void;
}

/** What one device can do, as far as it is allowed to; what it tells is checked against that. */
export class Description {
  readonly #parts: DescriptionParts;
  /** What its driver says before it has described itself. */
  readonly #base: Model;
  #told: Model | undefined;
  #model: Model;
  #problem: string | undefined;
  #unmatched = 0;

  /** `remembered`: what it described itself as before. */
  constructor(parts: DescriptionParts, remembered: Model | undefined) {
    this.#parts = parts;
    this.#base = parts.models.intern(parts.declared);
    const { restrictions } = parts;
    // A limit that does not fit what it was is not dropped: then nothing is known until it tells.
    const fits = remembered !== undefined && effectiveModel(remembered, restrictions).problems.length === 0;
    this.#told = fits ? parts.models.intern(remembered) : undefined;
    this.#model = parts.models.intern(effectiveModel(this.#told ?? this.#base, restrictions).model);
  }

  /** As the device described itself, before anything is taken from it; undefined if it has not. */
  get told(): Model | undefined {
    return this.#told;
  }
  /** Whether it is known what the device can do. */
  get isKnown(): boolean {
    return this.#told !== undefined || !this.#parts.selfDescribing;
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
    else readings.put(name, spec, value, causeNow(this.#parts.id));
  }

  lost(name: string, why: string): void {
    const { log, readings } = this.#parts;
    if (Object.hasOwn(this.#model.properties, name)) readings.fail(name, why.slice(0, 200), causeNow(this.#parts.id));
    else log.warn({ property: name.slice(0, 64) }, 'driver lost an unknown property');
  }

  emit(name: string, data: unknown): void {
    const { events } = this.#model;
    const spec = Object.hasOwn(events, name) ? events[name] : undefined;
    const its = spec === undefined ? { error: { detail: 'is not an event of its model' } } : taken(spec.data, data);
    const { log } = this.#parts;
    if (its.error === undefined) this.#parts.observe('event', name, its.value);
    else log.warn({ event: name.slice(0, 64), error: its.error.detail }, 'driver emitted an invalid event');
  }

  /** Takes a model whole, or says why not, and once in the log. */
  remodel(model: Model): string | undefined {
    const problem = this.take(model);
    if (problem !== undefined && problem !== this.#problem) {
      this.#parts.log.error({ problem }, 'the new model of the device is not taken');
    }
    this.#problem = problem;
    return problem;
  }

  /** Takes a model whole, or says why not: a limit that no longer fits must not be dropped. */
  take(model: Model): string | undefined {
    if (Object.hasOwn(model.commands, rawCommand)) return `${rawCommand} cannot be a command of a model's own`;
    const { models, restrictions, selfDescribing } = this.#parts;
    const excess = models.has(model) ? undefined : tooMuchOfAModel(model);
    if (excess !== undefined) return `the model ${excess}`;
    const told = models.intern(model);
    // Its driver does not know yet: what was known of it stays known.
    if (selfDescribing && told === this.#base) return undefined;
    const { model: effective, problems } = effectiveModel(told, restrictions);
    const [problem] = problems;
    if (problem !== undefined) return `${problem.path.join('.')} ${problem.detail}`;
    const isNew = selfDescribing && this.#told !== told;
    const its = models.intern(effective);
    this.#told = told;
    if (its === this.#model && !isNew) return undefined;
    this.#model = its;
    this.#parts.observe('model', effective.name, undefined);
    return undefined;
  }

  /** Its restrictions have become others. Says what of them does not fit it: then it is as it was. */
  narrow(): string | undefined {
    const { model, problems } = effectiveModel(this.#told ?? this.#base, this.#parts.restrictions);
    const [problem] = this.isKnown ? problems : [];
    if (problem !== undefined) return `${problem.path.join('.')} ${problem.detail}`;
    const its = this.#parts.models.intern(model);
    if (its === this.#model) return undefined;
    this.#model = its;
    this.#parts.observe('model', its.name, undefined);
    return undefined;
  }

  countUnmatched(what: string): void {
    this.#unmatched++;
    this.#parts.tally.unmatched++;
    this.#parts.observe('unmatched', 'unmatched', what.slice(0, 200));
  }
}
