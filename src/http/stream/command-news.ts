import type { Evidence } from '../../driver/contract.ts';
import type { CommandRecord } from '../../store/record.ts';
import { Later } from '../../stream/index.ts';
import { commandView } from '../views.ts';

/** What the stream tells of a command beside its record. */
export interface Standing {
  /** How many commands of its device came before it and have not ended. */
  readonly position?: number;
  readonly progress?: Evidence;
}

const nothing: Standing = {};
/** Characters of what every record has: names, punctuation, ids, and times. */
const common = 420;
/** Longest text, and most keys, of what is copied rather than written at once. */
const maxText = 200;
const maxKeys = 16;

/**
 * A command as the stream tells it. Mostly nobody listens: then it is not made until somebody comes who missed it. `record`
 * must stay as it is; what drivers have a hand on, and may change, is copied where it is short and flat, and told at once
 * where it is not.
 */
export function commandNews(record: CommandRecord, more = nothing): object | Later {
  const { params, result, evidence, error } = record;
  const drivers = weightOf(params) + weightOf(result) + weightOf(evidence) + weightOf(more.progress);
  const characters = common + drivers + (error === undefined ? 0 : 100 + error.detail.length);
  if (Number.isNaN(characters)) return Object.assign(commandView(record), more);
  const its = { params: copyOf(params), result: copyOf(result), evidence: copyOf(evidence), ...more };
  return new CommandNews(record, its, characters);
}

class CommandNews extends Later {
  readonly characters: number;
  readonly #record: CommandRecord;
  readonly #its: object;

  constructor(record: CommandRecord, its: object, characters: number) {
    super();
    this.characters = characters;
    this.#record = record;
    this.#its = its;
  }

  make(): object {
    return Object.assign(commandView(this.#record), this.#its);
  }
}

/** About as many characters as it has as JSON; NaN if it is not flat, or not short. */
function weightOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return weightOfOne(value);
  if (Object.getPrototypeOf(value) !== Object.prototype) return NaN;
  let characters = 2;
  let keys = 0;
  for (const key in value) {
    if (++keys > maxKeys || key.length > maxText) return NaN;
    characters += key.length + 4 + weightOfOne((value as Readonly<Record<string, unknown>>)[key]); // an object has keys
  }
  return characters;
}

function weightOfOne(value: unknown): number {
  if (typeof value === 'string') return value.length > maxText ? NaN : value.length + 2;
  if (typeof value === 'number') return 8;
  return value === null || value === undefined || typeof value === 'boolean' ? 5 : NaN;
}

function copyOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? { ...value } : value;
}
