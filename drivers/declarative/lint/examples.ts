import { isDeepStrictEqual } from 'node:util';
import { BellcrankError, latin1, quoted, validate } from '../../../src/driver/index.ts';
import { suggestion } from '../../../src/yaml/suggest.ts';
import type {
  Action,
  Definition,
  DefinitionSource,
  Example,
  Exchange,
  Finding,
  Path,
  PropertyDefinition,
  Step,
} from '../definition/definition.ts';
import { error } from '../definition/scope.ts';
import { framingOf } from '../session/framing.ts';
import { readReply, refusalIn } from '../session/judge.ts';
import { messageOf } from '../session/message.ts';
import { unsolicited } from '../session/unsolicited.ts';
import type { Fields, Known } from '../session/values.ts';
import { parseBytes, TemplateError } from '../template/index.ts';

/**
 * Runs a definition's examples without a wire: what the driver would send is `send` byte for byte, and what it makes of
 * `reply` is exactly what the example says.
 */
export function checkExamples(source: DefinitionSource): Finding[] {
  return source.largest.examples.flatMap((example) => {
    const findings: Finding[] = [];
    const report = (detail: string, key: Key | undefined, more: Path = []): void => {
      findings.push(error([...example.path, ...(key === undefined ? [] : [key]), ...more], detail));
    };
    const [wrong] = validate(source.largest.optionsSchema, withDefaults(source, example));
    if (wrong !== undefined) report(`are no options of the device: ${wrong.pointer} ${wrong.detail}`, 'options');
    else new Run(source.compile(example.options), example, report).run();
    return findings;
  });
}

/** Options that the example does not mention may be anything, also where they have no default. */
function withDefaults({ largest }: DefinitionSource, { options }: Example): Known {
  return { ...largest.options, ...options };
}

/** The example's key as it stands in the file, and what is under it. */
type Report = (detail: string, key: Key | undefined, more?: Path) => void;

type Key = Exclude<keyof Example, 'path'> | 'result';

/** One of the exchanges that an example may be about, and all that has a value when it is sent. */
interface Candidate {
  readonly exchange: Exchange;
  readonly known: Known;
}

class Run {
  readonly #definition: Definition;
  readonly #example: Example;
  readonly #report: Report;

  constructor(definition: Definition, example: Example, report: Report) {
    this.#definition = definition;
    this.#example = example;
    this.#report = report;
  }

  run(): void {
    const { read, write, command, event, identify, send } = this.#example;
    const said = Object.entries({ read, write, command, event, identify }).filter(([, value]) => value !== undefined);
    if (said.length > 1)
      this.#report(`says ${said.map(([name]) => name).join(' and ')}; it takes one of them`, undefined);
    else if (event !== undefined) this.#told(event, {});
    else if (read !== undefined) this.#read(read);
    else if (write !== undefined) this.#write(write);
    else if (command !== undefined) this.#command(command);
    else if (identify === true) this.#identify();
    else if (send !== undefined) this.#anything();
    else this.#told({}, {});
  }

  #read(values: Readonly<Record<string, unknown>>): void {
    if (this.#example.send === undefined) return this.#told({}, values);
    for (const [name, wanted] of Object.entries(values)) {
      const property = this.#member(this.#definition.properties, name, 'read');
      if (property === undefined) continue;
      if (property.read === undefined) {
        this.#report('cannot be read', 'read', [name]);
        continue;
      }
      const fields = this.#exchange(this.#candidates(property.read, {}));
      if (fields !== undefined) this.#compare(valueIn(fields, property.read), wanted, 'read', name);
      this.#checkValue(name, wanted);
    }
  }

  #checkValue(name: string, value: unknown): void {
    const [wrong] = validate(this.#definition.model.properties[name]?.schema ?? {}, value);
    if (wrong !== undefined) this.#report(`is refused by the property’s schema: it ${wrong.detail}`, 'read', [name]);
  }

  #write(values: Readonly<Record<string, unknown>>): void {
    for (const [name, value] of Object.entries(values)) {
      const property = this.#member(this.#definition.properties, name, 'write');
      if (property === undefined) continue;
      const { write } = property;
      const spec = this.#definition.model.properties[name];
      if (write === undefined || spec === undefined || spec.access === 'read') {
        this.#report('cannot be written', 'write', [name]);
        continue;
      }
      const [wrong] = validate(spec.write.schema ?? spec.schema, value);
      if (wrong !== undefined) this.#report(`is refused by the schema: it ${wrong.detail}`, 'write', [name]);
      else this.#exchange(this.#candidates(write, { value }));
    }
  }

  #command({ name, params, result }: NonNullable<Example['command']>): void {
    const action = this.#member(this.#definition.commands, name, 'command');
    const spec = this.#definition.model.commands[name];
    if (action === undefined || spec === undefined) return;
    const [wrong] = validate(spec.params, params);
    if (wrong !== undefined) {
      return this.#report(`is refused by the parameters’ schema: ${wrong.pointer || 'it'} ${wrong.detail}`, 'command', [
        name,
      ]);
    }
    const fields = this.#exchange(this.#candidates(action, { ...action.defaults, ...params }));
    if (fields === undefined || result === undefined) return;
    // With several steps the example is about one of them, which has its own part of the result.
    const wanted = typeof result === 'object' && result !== null ? Object.entries(result) : [];
    for (const [field, value] of wanted) {
      if (Object.hasOwn(fields, field)) this.#compare(fields[field], value, 'result', field);
    }
  }

  #identify(): void {
    const { identify, options } = this.#definition;
    if (identify === undefined) return this.#report('but the definition has no `identify`', 'identify');
    this.#exchange([{ exchange: identify, known: options }]);
  }

  /** Bytes that only must be understood: of any exchange that takes no parameters. */
  #anything(): void {
    const { identify, init, resync = [], stop, errorQueue, properties, commands, options } = this.#definition;
    const reads = Object.values(properties).flatMap(({ read }) => (read ? this.#candidates(read, {}) : []));
    const called = Object.values(commands).flatMap((action) => this.#candidates(action, action.defaults));
    const others = [identify, ...init, ...resync, ...(stop?.steps ?? []), errorQueue?.exchange];
    const alone = others.flatMap((step) => (step === undefined ? [] : exchangesIn([step])));
    const all = [...alone.map((exchange) => ({ exchange, known: options })), ...reads, ...called];
    const wanted = this.#bytes(this.#example.send ?? '', ['send']);
    if (wanted === undefined) return;
    const [found] = all.flatMap((candidate) => this.#sent(candidate)).filter(({ text }) => text === latin1(wanted));
    if (found === undefined) this.#report('is nothing that is sent without parameters', 'send');
    else this.#reply(found.candidate);
  }

  /** What the device says unasked. */
  #told(events: Readonly<Record<string, unknown>>, values: Readonly<Record<string, unknown>>): void {
    const frames = this.#frames();
    if (frames === undefined || frames.length === 0) return this.#report('needs `send`, `reply` or both', undefined);
    const reported: Record<string, unknown> = {};
    const emitted: Record<string, unknown> = {};
    const take = unsolicited(this.#definition, {
      report: (name, value) => void (reported[name] = value),
      emit: (name, data) => void (emitted[name] = data),
    });
    for (const frame of frames) {
      if (!take(frame)) return this.#report(`${quoted(latin1(frame))} is read by no rule of \`unsolicited\``, 'reply');
    }
    for (const [name, value] of Object.entries(values)) {
      this.#compare(reported[name], value, 'read', name);
      this.#checkValue(name, value);
    }
    for (const [name, data] of Object.entries(events)) this.#compare(emitted[name], data, 'event', name);
  }

  #candidates(action: Action, values: Known): Candidate[] {
    const known = { ...this.#definition.options, ...action.constants, ...values };
    return exchangesIn(action.steps).map((exchange) => ({ exchange, known }));
  }

  /** The fields of the reply, of the first exchange that has this `send`; undefined where there are none to compare. */
  #exchange(candidates: readonly Candidate[]): Fields | undefined {
    const wanted = this.#bytes(this.#example.send ?? '', ['send']);
    if (wanted === undefined) return undefined;
    const sent = candidates.flatMap((candidate) => this.#sent(candidate));
    const found = sent.find(({ text }) => text === latin1(wanted));
    if (found !== undefined) return this.#reply(found.candidate);
    const [first] = sent;
    const would = first === undefined ? 'nothing like it would be sent' : `${quoted(first.text)} would be sent`;
    this.#report(
      this.#example.send === undefined ? `is missing: ${would}` : would,
      this.#example.send === undefined ? undefined : 'send',
    );
    return undefined;
  }

  #sent(candidate: Candidate): { text: string; candidate: Candidate }[] {
    try {
      const { text, bytes } = messageOf(candidate.exchange, candidate.known, new Uint8Array());
      return bytes === undefined && this.#example.send !== undefined ? [] : [{ text, candidate }];
    } catch (thrown) {
      // What takes parameters that the example does not give is not what it is about.
      if (thrown instanceof BellcrankError) return [];
      throw thrown;
    }
  }

  #reply({ exchange, known }: Candidate): Fields | undefined {
    const frames = this.#frames();
    if (frames === undefined) return undefined;
    const [first] = frames;
    const { error: code } = this.#example;
    if (first === undefined) {
      const missing = 'needs `reply`: the device answers this';
      if (exchange.expect.length > 0) this.#report(missing, 'send');
      return undefined;
    }
    if (!this.#isFramed(frames, exchange)) return undefined;
    const refusal = refusalIn(first, exchange, known);
    if (refusal !== undefined || code !== undefined) return this.#refused(refusal, code);
    return this.#understood(frames, exchange, known);
  }

  #refused(refusal: BellcrankError | undefined, code: string | undefined): undefined {
    const told = refusal?.device?.code;
    if (refusal === undefined) this.#report('but the reply is no error', 'error');
    else if (code === undefined) this.#report(`is an error: ${refusal.message}`, 'reply');
    else if (told !== code) this.#report(`but the reply tells ${quoted(String(told))}`, 'error');
  }

  #understood(frames: readonly Uint8Array[], exchange: Exchange, known: Known): Fields | undefined {
    try {
      return readReply(frames, exchange, known);
    } catch (thrown) {
      if (!(thrown instanceof BellcrankError)) throw thrown;
      this.#report(thrown.message, 'reply');
      return undefined;
    }
  }

  /** A reply whose length is said must have that length, or else it would never be whole. */
  #isFramed(frames: readonly Uint8Array[], exchange: Exchange): boolean {
    const reply = exchange.reply ?? this.#definition.line.reply;
    if (reply.by !== 'length' && reply.by !== 'length-field') return true;
    const framing = framingOf(reply);
    const broken = frames.find((frame) => framing.cut(frame, 0)?.end !== frame.length);
    if (broken === undefined) return true;
    const end = framing.cut(broken, 0)?.end;
    const ends = end === undefined ? 'is not over after' : `ends before the last of`;
    this.#report(`its framing ${ends} these ${broken.length} bytes`, 'reply');
    return false;
  }

  #frames(): Uint8Array[] | undefined {
    const frames = (this.#example.reply ?? []).map((text) => this.#bytes(text, ['reply']));
    return frames.every((frame) => frame !== undefined) ? frames : undefined;
  }

  #bytes(text: string, path: ['send'] | ['reply']): Uint8Array | undefined {
    try {
      return parseBytes(text);
    } catch (thrown) {
      if (!(thrown instanceof TemplateError)) throw thrown;
      this.#report(thrown.message, path[0]);
      return undefined;
    }
  }

  #compare(found: unknown, wanted: unknown, key: 'read' | 'result' | 'event', name: string): void {
    if (isDeepStrictEqual(found, wanted)) return;
    const told = found === undefined ? 'the reply does not tell it' : `the reply tells ${JSON.stringify(found)}`;
    this.#report(told, key, [name]);
  }

  #member<T>(map: Readonly<Record<string, T>>, name: string, key: Key): T | undefined {
    if (Object.hasOwn(map, name)) return map[name];
    const what = key === 'command' ? 'command' : 'property';
    this.#report(`names no ${what}${suggestion(name, Object.keys(map))}`, key, [name]);
    return undefined;
  }
}

/** A property's value among the fields of its reply. */
function valueIn(
  fields: Fields,
  { field, bit }: Pick<NonNullable<PropertyDefinition['read']>, 'field' | 'bit'>,
): unknown {
  const value = fields[field];
  return bit === undefined ? value : ((BigInt(Number(value)) >> BigInt(bit)) & 1n) === 1n;
}

function exchangesIn(steps: readonly Step[]): Exchange[] {
  return steps.flatMap((step) => (step.kind === 'wait' ? [] : step.kind === 'exchange' ? [step] : [step.exchange]));
}
