import { BellcrankError, type ByteWire, type Call } from '../../../src/driver/index.ts';
import type { LineSettings, PropertyDefinition, Step } from '../definition/definition.ts';
import { bitsIn } from './bits.ts';
import type { Fields, Told } from './values.ts';

type Read = NonNullable<PropertyDefinition['read']>;
type ByteCall = Call<ByteWire>;

/** Runs the steps of a read; its fields. */
export type RunRead = (read: Read, call: ByteCall) => Promise<Fields>;

/** What brings the line into step first, and more bytes of a reply. */
const marginMs = 1000;

/** Reads of properties: several that stand in the same reply cost one run. */
export class Reads {
  readonly #reads: ReadonlyMap<string, Read>;
  readonly #run: RunRead;

  constructor(properties: Readonly<Record<string, PropertyDefinition>>, run: RunRead) {
    const reads = Object.entries(properties).flatMap(([name, { read }]) => (read ? [[name, read] as const] : []));
    this.#reads = new Map(reads);
    this.#run = run;
  }

  get names(): readonly string[] {
    return [...this.#reads.keys()];
  }

  async one(name: string, call: ByteCall): Promise<unknown> {
    const read = this.#read(name);
    return valueOf(name, read, await this.#run(read, call));
  }

  /** One run for each group of `together`. */
  async many(names: readonly string[], call: ByteCall): Promise<Fields> {
    const values: Record<string, Told> = {};
    for (const group of this.together(names)) {
      const [first] = group;
      if (first === undefined) continue;
      const fields = await this.#run(this.#read(first), call);
      for (const name of group) values[name] = valueOf(name, this.#read(name), fields);
    }
    return values;
  }

  /** Which of these properties come from one and the same reply. */
  together(names: readonly string[]): readonly (readonly string[])[] {
    return [...Map.groupBy(names, (name) => this.#sourceOf(name)).values()];
  }

  /** How long reading these may take, if each reply comes, and ends, as late as it may. */
  withinMs(names: readonly string[], line: LineSettings): number {
    const steps = this.together(names).flatMap(([first]) => (first === undefined ? [] : this.#read(first).steps));
    return steps.reduce((sum, step) => sum + longestOf(step, line), marginMs);
  }

  #sourceOf(name: string): string {
    const { from, constants } = this.#read(name);
    return from === undefined ? `property ${name}` : `exchange ${from} ${JSON.stringify(constants)}`;
  }

  #read(name: string): Read {
    const read = this.#reads.get(name);
    if (read === undefined) throw new BellcrankError('driver-fault', `${name} cannot be asked for`);
    return read;
  }
}

function longestOf(step: Step, line: LineSettings): number {
  if (step.kind === 'wait') return step.ms;
  const exchange = step.kind === 'repeat' ? step.exchange : step;
  const { replyTimeoutMs = line.replyTimeoutMs, interByteTimeoutMs = line.interByteTimeoutMs } = exchange;
  const { totalTimeoutMs = line.totalTimeoutMs ?? 0, gapMs = line.gapMs } = exchange;
  const repliedMs = Math.max(replyTimeoutMs + interByteTimeoutMs, totalTimeoutMs) + gapMs;
  // What was asked before it may keep it waiting.
  return Math.max(repliedMs, line.minIntervalMs ?? 0) + (step.kind === 'repeat' ? step.withinMs : 0);
}

/** A property's value among the fields of its reply. Throws `driver-fault` where it is not among them. */
export function valueOf(name: string, { field, bits }: Pick<Read, 'field' | 'bits'>, fields: Fields): Told {
  const value = Object.hasOwn(fields, field) ? fields[field] : undefined;
  if (value === undefined) {
    throw new BellcrankError('driver-fault', `no reply holds the field ${field} of ${name}`);
  }
  if (bits === undefined) return value;
  if (Number.isSafeInteger(value)) return bitsIn(Number(value), bits);
  throw new BellcrankError('driver-fault', `the field ${field} of ${name} has no bits: it is ${String(value)}`);
}
