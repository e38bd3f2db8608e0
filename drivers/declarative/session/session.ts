import {
  type AnySession,
  BellcrankError,
  type ByteConnection,
  type ByteWire,
  type Call,
  type Context,
  type FrameCall,
} from '../../../src/driver/index.ts';
import type { Action, Definition, Step } from '../definition/definition.ts';
import { Course, type Prepared, prepare, sendOnly } from './course.ts';
import { Errors } from './error-queue.ts';
import { Identity } from './identity.ts';
import { Reads } from './reads.ts';
import { Stopping } from './stopping.ts';
import { Talk } from './talk.ts';
import { unsolicited } from './unsolicited.ts';
import { WayBack } from './way-back.ts';
import type { Fields, Known } from './values.ts';

type ByteCall = Call<ByteWire>;

interface Deed {
  /** What its steps may change: then the error queue is asked. */
  readonly mayChange: boolean;
  readonly isLong: boolean;
  /** It goes past an exchange under way, which alone is listening: what answers it could not be told apart. */
  readonly isUrgent: boolean;
  readonly finish: (fields: Fields) => unknown;
}

/** What says that somebody is there, though not what was asked for. */
const answers: readonly string[] = ['device-refused', 'device-failed', 'device-protocol', 'busy'];

/** One device that a definition describes, on its connection. */
export class DefinedSession {
  readonly #definition: Definition;
  readonly #talk: Talk;
  readonly #identity: Identity | undefined;
  readonly #errors: Errors | undefined;
  readonly #reads: Reads;
  readonly #stopping: Stopping;
  readonly #identify: Context['identify'];

  /** `isShared`: devices with other addresses may be on the line. */
  constructor(definition: Definition, connection: ByteConnection, context: Context, isShared: boolean) {
    const { line, options, identify, errorQueue, properties } = definition;
    this.#definition = definition;
    this.#identify = (told) => context.identify(told);
    this.#talk = new Talk(connection, {
      line,
      clock: context.clock,
      unmatched: (what) => context.unmatched(what),
      isUnsolicited: unsolicited(definition, context),
    });
    const older = (entry: Fields): void => context.emit('device-error', deviceError(entry));
    this.#identity = identify && new Identity(this.#talk, identify, definition);
    this.#errors = errorQueue && new Errors(this.#talk, errorQueue, options, older);
    this.#reads = new Reads(properties, (read, call) => this.#fieldsOf(read, call));
    this.#stopping = new Stopping(this.#talk, (call) => this.#settle(call), isShared);
  }

  /** Learns who answers, or at least that somebody does, and sends nothing else. */
  async learn(call: FrameCall): Promise<void> {
    await this.#identity?.learn(call);
    const told = this.#identity?.told;
    if (told !== undefined) this.#identify(told);
    if (this.#definition.init.length === 0) await this.#greet(call);
  }

  /** Runs `init`, and empties the error queue. A stop that came first may have left a reply under way. */
  async #init(call: FrameCall): Promise<void> {
    const { init } = this.#definition;
    await this.#settle(call);
    await this.#run(call, init);
    // Before that it may not have answered anything.
    if (init.length > 0) await this.#greet(call);
    await this.#errors?.empty(call);
  }

  /** Rejects with `device-timeout` where nobody answers, whatever it is: silence looks like a line that is in step. */
  async #greet(call: FrameCall): Promise<void> {
    let silence: unknown;
    for (const question of this.#definition.hello ?? []) {
      try {
        return void (await this.#fieldsOf(question, call));
      } catch (error) {
        if (call.signal.aborted || !(error instanceof BellcrankError)) throw error;
        if (answers.includes(error.code)) return;
        if (error.code !== 'device-timeout') throw error;
        silence = error;
      }
    }
    if (silence !== undefined) throw silence;
  }

  close(): void {
    this.#talk.close();
  }

  /** What the runtime calls; params, values and options are valid by the model's schemas. */
  handlers(): AnySession {
    const { commands, properties, stop } = this.#definition;
    const writes = Object.entries(properties).flatMap(([name, { write }]) => (write ? [[name, write] as const] : []));
    return {
      commands: mapped(Object.entries(commands), (action, name) => this.#command(name, action)),
      read: mapped(
        this.#reads.names.map((name) => [name, name]),
        (name) => (call: ByteCall) => this.#reads.one(name, call),
      ),
      write: mapped(writes, (action, name) => this.#write(name, action)),
      readMany: (names: readonly string[], call: ByteCall) => this.#reads.many(names, call),
      readTogether: (names) => this.#reads.together(names),
      readWithinMs: (names) => this.#reads.withinMs(names, this.#definition.line),
      ...(stop !== undefined && { stop: (call: ByteCall) => this.#stopping.run(call, this.#prepared(stop)) }),
      init: (call: ByteCall) => this.#init(call),
      resync: (call: ByteCall) => this.#resync(call),
      detach: async () => this.close(),
    };
  }

  #command(name: string, action: Action): (params: Fields, call: ByteCall) => Promise<unknown> {
    const spec = this.#definition.model.commands[name];
    const results = namesOf(spec?.result);
    const deed: Deed = {
      mayChange: spec?.effect !== 'read',
      isLong: spec?.long === true,
      isUrgent: spec?.urgent === true,
      finish: (fields) => Object.fromEntries(Object.entries(fields).filter(([field]) => results.includes(field))),
    };
    return (params, call) => this.#do(action, params, call, deed);
  }

  #write(name: string, action: Action): (value: unknown, call: ByteCall) => Promise<unknown> {
    const spec = this.#definition.model.properties[name];
    const isUrgent = spec?.access !== 'read' && spec?.write.urgent === true;
    const deed: Deed = { mayChange: true, isLong: false, isUrgent, finish: () => undefined };
    return (value, call) => this.#do(action, { value }, call, deed);
  }

  /**
   * One command: between two looks at the error queue, where the device has one. It is acknowledged by the reply to its
   * last exchange, or by a queue that stayed empty.
   */
  async #do(action: Action, given: Known, call: ByteCall, deed: Deed): Promise<unknown> {
    const { mayChange, isLong, isUrgent, finish } = deed;
    const steps = this.#prepared(action, given);
    if (isUrgent) {
      await sendOnly(this.#talk, call, steps);
      return finish({});
    }
    const errors = mayChange ? this.#errors : undefined;
    if (!call.dryRun) await this.#settle(call);
    await errors?.empty(call);
    const found = errors?.found ?? 0;
    const course = new Course(this.#talk, call, {
      mayChange,
      ...(isLong && { long: call }),
      ...(errors === undefined && { finish }),
    });
    await course.run(steps);
    const result = finish(course.fields);
    if (errors !== undefined) {
      const reply = await errors.check(call, { sent: course.sent.length, found }, () => result);
      call.confirm('acknowledged', { sent: course.sent.at(-1) ?? '', reply });
    } else if (course.evidence !== undefined) call.confirm('acknowledged', course.evidence);
    return result;
  }

  async #fieldsOf(action: Action, call: FrameCall): Promise<Fields> {
    if (!call.dryRun) await this.#settle(call);
    const course = new Course(this.#talk, call, { mayChange: false });
    await course.run(this.#prepared(action));
    return course.fields;
  }

  async #resync(call: FrameCall): Promise<void> {
    const { resync } = this.#definition;
    if (resync === undefined) await this.#findStep(call);
    else {
      await this.#run(call, resync);
      if (!this.#talk.inStep) await this.#talk.drain(call.signal);
      const isAnswered = resync.some((step) => step.kind === 'exchange' && step.expect.length > 0);
      if (!isAnswered && this.#identity?.canBeAsked === true) await this.#identity.find(call);
      await this.#greet(call);
    }
    await this.#errors?.empty(call);
  }

  get #findable(): Identity | undefined {
    return this.#identity?.canBeFound === true ? this.#identity : undefined;
  }

  /** Silence first; a device that never stops talking is found by what it alone answers all the same. */
  async #findStep(call: FrameCall): Promise<void> {
    const identity = this.#findable;
    const way = new WayBack(this.#definition, this.#talk);
    try {
      await this.#talk.drain(call.signal);
    } catch (error) {
      const isNoisy = error instanceof BellcrankError && error.code === 'device-protocol';
      if (!isNoisy || (identity === undefined && !way.tells)) throw error;
    }
    if (identity !== undefined) return await identity.find(call);
    const isTold = await way.ask(call);
    if (this.#identity?.canBeAsked === true) await this.#identity.find(call);
    // What answered may have been something older, and then its own answer is still under way.
    if (!isTold && (way.tells || this.#identity?.canBeAsked === true)) await this.#talk.drain(call.signal);
    if (!isTold) await this.#greet(call);
  }

  /**
   * What is late must not be taken for the next reply: everything before the identity is older than this question. Where there is
   * none, silence has to do: what the runtime is to bring back into step it resyncs, and a stop or `init` cannot wait for more.
   */
  async #settle(call: FrameCall): Promise<void> {
    if (this.#talk.inStep) return;
    const identity = this.#findable;
    if (identity === undefined) await this.#talk.drain(call.signal);
    else await identity.find(call);
  }

  async #run(call: FrameCall, steps: readonly Step[]): Promise<void> {
    const { options, line } = this.#definition;
    await new Course(this.#talk, call, { mayChange: false }).run(prepare(steps, options, line.outTerminator));
  }

  /** With every message printed before the first one leaves. */
  #prepared({ steps, constants, defaults }: Action, given: Known = {}): Prepared[] {
    const { options, line } = this.#definition;
    return prepare(steps, { ...options, ...defaults, ...given, ...constants }, line.outTerminator);
  }
}

/** As the event has it: SCPI-1999 vol. 2 §21.8 allows no longer text. */
function deviceError({ code = '', text = '' }: Fields): Fields {
  return { code: typeof code === 'number' ? code : String(code).slice(0, 100), text: String(text).slice(0, 255) };
}

function mapped<V, R>(entries: Iterable<readonly [string, V]>, make: (value: V, name: string) => R): Record<string, R> {
  return Object.fromEntries([...entries].map(([name, value]) => [name, make(value, name)]));
}

/** Names of an object schema's members. */
function namesOf(schema: Readonly<Record<string, unknown>> = {}): readonly string[] {
  const { properties } = schema;
  return typeof properties === 'object' && properties !== null ? Object.keys(properties) : [];
}
