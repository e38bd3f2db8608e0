import { BellcrankError, type Call, type Clock, DryRunEnd } from '../../src/driver/index.ts';
import type { Action, Definition } from '../../drivers/declarative/definition/definition.ts';
import { verdict } from '../../drivers/declarative/session/judge.ts';
import { valueOf } from '../../drivers/declarative/session/reads.ts';
import type { Fields, Known } from '../../drivers/declarative/session/values.ts';
import { Dialogue } from './dialogue.ts';
import type { Hearing, Meaning } from './hearings.ts';
import { checkIdentity } from './identity.ts';
import { Turns } from './turns.ts';
import type { Unit } from './unit.ts';

/** What ends with a command: its parameters, and what of its reply's fields is its result. */
interface Command<R> {
  readonly values: Known;
  readonly steps: Action['steps'];
  readonly mayChange: boolean;
  /** Neither waits for the error queue nor asks it. */
  readonly isStop?: true;
  finish(fields: Fields): R;
}

/** Face 1: the same turns as on the wire, so that mute and delay mean the same, and the same words for what goes wrong. */
export class FaceOne {
  readonly #unit: Unit;
  readonly #turns: Turns;
  readonly #dialogue: Dialogue;
  readonly #onError: (entry: Fields) => void;

  constructor(unit: Unit, clock: Clock, onError: (entry: Fields) => void) {
    this.#unit = unit;
    this.#turns = new Turns(unit.behaviour.replies, clock);
    this.#dialogue = new Dialogue(unit, this.#turns, clock);
    this.#onError = onError;
  }

  /** Asks who it is, as the definition of the session has it. */
  async begin(expected: Definition, signal: AbortSignal): Promise<void> {
    const { line } = expected;
    const answers = this.#unit.identification();
    if (answers.length > 0) await this.#turns.answered(line.replyTimeoutMs, signal);
    checkIdentity(
      expected,
      answers.flatMap(({ frames }) => frames),
    );
    await this.#emptyQueue(signal);
  }

  async read(property: string, call: Call<null>): Promise<unknown> {
    const hearings = this.#hearings((meaning) => meaning.kind === 'read' && meaning.property === property);
    const fields = await this.#dialogue.run(this.#dialogue.prepare(hearings, {}), {
      signal: call.signal,
      mayChange: false,
    });
    const source = this.#unit.definition.properties[property]?.read ?? { field: 'value' };
    return valueOf(property, source, fields);
  }

  async write(property: string, value: unknown, call: Call<null, void>): Promise<void> {
    const hearings = this.#hearings((meaning) => meaning.kind === 'write' && meaning.property === property);
    const steps = this.#unit.definition.properties[property]?.write?.steps ?? [];
    await this.#act(hearings, call, { values: { value }, steps, mayChange: true, finish: () => {} });
  }

  async command(name: string, params: Known, call: Call<null>): Promise<unknown> {
    const hearings = this.#hearings((meaning) => meaning.kind === 'command' && meaning.name === name);
    const { steps = [], defaults = {} } = this.#unit.definition.commands[name] ?? {};
    const spec = this.#unit.definition.model.commands[name];
    const names = Object.keys(spec?.result['properties'] ?? {});
    return await this.#act<unknown>(hearings, call, {
      values: { ...defaults, ...params },
      steps,
      mayChange: spec?.effect !== 'read',
      finish: (fields) => Object.fromEntries(names.flatMap((one) => (one in fields ? [[one, fields[one]]] : []))),
    });
  }

  async stop(call: Call<null>): Promise<void> {
    const hearings = this.#hearings(({ kind }) => kind === 'stop');
    const steps = this.#unit.definition.stop?.steps ?? [];
    await this.#act(hearings, call, { values: {}, steps, mayChange: true, isStop: true, finish: () => undefined });
  }

  /** Forgets replies that are held back. */
  close(): void {
    this.#turns.close();
  }

  async #act<R>(hearings: readonly Hearing[], call: Call<null, R>, command: Command<R>): Promise<R> {
    const prepared = this.#dialogue.prepare(hearings, command.values);
    const { mayChange, isStop } = command;
    const queue = mayChange && !isStop ? this.#unit.definition.errorQueue : undefined;
    if (!call.dryRun && queue !== undefined) await this.#emptyQueue(call.signal);
    await call.sending();
    if (call.dryRun) throw new DryRunEnd(hearings.length < 2);
    const fields = await this.#dialogue.run(prepared, {
      signal: call.signal,
      mayChange,
      ...(queue === undefined && {
        late: (outcome) => call.late(outcome instanceof BellcrankError ? outcome : command.finish(outcome)),
      }),
    });
    if (queue !== undefined) await this.#checkQueue(hearings.length, call, () => command.finish(fields));
    if (queue !== undefined || endsWithReply(command.steps)) call.confirm('acknowledged', { simulated: true });
    return command.finish(fields);
  }

  async #checkQueue<R>(count: number, call: Call<null, R>, finish: () => R): Promise<void> {
    const late = (entry: Fields | BellcrankError): void => {
      call.late(entry instanceof BellcrankError ? entry : (this.#blame(entry, count) ?? finish()));
    };
    const blame = this.#blame(await this.#nextEntry(call.signal, late), count);
    if (blame === undefined) return;
    await this.#emptyQueue(call.signal);
    throw blame;
  }

  /** What an entry says of a command that sent so many messages; undefined if there is none. */
  #blame(entry: Fields, count: number): BellcrankError | undefined {
    if (this.#isNone(entry)) return undefined;
    const code = Number(entry['code']);
    const { failed: ranges = [], texts = {} } = this.#unit.definition.errorQueue ?? {};
    const failed = count > 1 || ranges.some(([least, greatest]) => code >= least && code <= greatest);
    return verdict(failed ? 'failed' : 'refused', String(entry['code']), textOf(entry, texts));
  }

  async #emptyQueue(signal: AbortSignal): Promise<void> {
    if (this.#unit.definition.errorQueue === undefined) return;
    for (let entry = await this.#nextEntry(signal); !this.#isNone(entry); entry = await this.#nextEntry(signal)) {
      this.#onError(entry);
    }
  }

  async #nextEntry(signal: AbortSignal, late?: (entry: Fields | BellcrankError) => void): Promise<Fields> {
    const hearings = this.#hearings(({ kind }) => kind === 'errors');
    const course = { signal, mayChange: false, ...(late !== undefined && { late }) };
    return await this.#dialogue.run(this.#dialogue.prepare(hearings, {}), course);
  }

  #isNone({ code }: Fields): boolean {
    return String(code) === String(this.#unit.definition.errorQueue?.none);
  }

  #hearings(isMeant: (meaning: Meaning) => boolean): readonly Hearing[] {
    return this.#unit.hearings.filter(({ meaning }) => isMeant(meaning));
  }
}

function textOf({ code, text }: Fields, texts: Readonly<Record<string, string>>): string {
  return typeof text === 'string' ? text : (texts[String(code)] ?? '');
}

/** Whether the last exchange has a reply. */
function endsWithReply(steps: Action['steps']): boolean {
  const last = steps.findLast(({ kind }) => kind !== 'wait');
  if (last === undefined || last.kind === 'wait') return false;
  return last.kind === 'repeat' || last.expect.length > 0;
}
