import { isDeepStrictEqual } from 'node:util';
import { latin1, quoted, validate } from '../../../src/driver/index.ts';
import { suggestion } from '../../../src/yaml/suggest.ts';
import type {
  Action,
  Definition,
  DefinitionSource,
  Example,
  Exchange,
  Finding,
  PropertyDefinition,
  Step,
} from '../definition/definition.ts';
import { error } from '../definition/scope.ts';
import { valueOf } from '../session/reads.ts';
import { unsolicited } from '../session/unsolicited.ts';
import type { Fields, Known } from '../session/values.ts';
import { distinct } from './subject.ts';
import { type Candidate, ExampleBytes, type ExampleKey, type ReportExample } from './example-bytes.ts';

/**
 * Runs a definition's examples without a wire: what the driver would send is `send` byte for byte, and what it makes of
 * `reply` is exactly what the example says.
 */
export function checkExamples(source: DefinitionSource): Finding[] {
  return source.largest.examples.flatMap((example) => {
    const findings: Finding[] = [];
    const report: ReportExample = (detail, key, name, offset) => {
      const path = [...example.path, ...[key, name].filter((part) => part !== undefined)];
      findings.push(error(path, detail, offset === undefined ? {} : { offset }));
    };
    const [wrong] = validate(source.largest.optionsSchema, withDefaults(source, example));
    if (wrong !== undefined) report(`are no options of the device: ${wrong.pointer} ${wrong.detail}`, 'options');
    else new Run(source.compile(example.options), example, report).run();
    // An example of several values is held against each of them.
    return distinct(findings);
  });
}

/** Options that the example does not mention may be anything, also where they have no default. */
function withDefaults({ largest }: DefinitionSource, { options }: Example): Known {
  return { ...largest.options, ...options };
}

/** What one example says, against what comes of its bytes. */
class Run {
  readonly #definition: Definition;
  readonly #example: Example;
  readonly #bytes: ExampleBytes;
  readonly #report: ReportExample;

  constructor(definition: Definition, example: Example, report: ReportExample) {
    this.#definition = definition;
    this.#example = example;
    this.#bytes = new ExampleBytes(definition, example, report);
    this.#report = report;
  }

  run(): void {
    const { read, write, command, event, identify, send } = this.#example;
    const said = Object.entries({ read, write, command, event, identify }).filter(([, value]) => value !== undefined);
    if (said.length > 1) this.#report(`says ${said.map(([name]) => name).join(' and ')}; it takes one of them`);
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
        this.#report('cannot be read', 'read', name);
        continue;
      }
      const fields = this.#bytes.exchange(this.#candidates(property.read, {}));
      const isElsewhere = property.read.steps.length > 1 && fields !== undefined && !(property.read.field in fields);
      // With several steps the example is about one of them, and another may tell the value.
      if (fields !== undefined && !isElsewhere) {
        this.#compare(valueIn(fields, name, property.read), wanted, 'read', name);
      }
      this.#checkValue(name, wanted);
    }
  }

  #checkValue(name: string, value: unknown): void {
    const [wrong] = validate(this.#definition.model.properties[name]?.schema ?? {}, value);
    if (wrong !== undefined) this.#report(`is refused by the property’s schema: it ${wrong.detail}`, 'read', name);
  }

  #write(values: Readonly<Record<string, unknown>>): void {
    for (const [name, value] of Object.entries(values)) {
      const property = this.#member(this.#definition.properties, name, 'write');
      if (property === undefined) continue;
      const { write } = property;
      const spec = this.#definition.model.properties[name];
      if (write === undefined || spec === undefined || spec.access === 'read') {
        this.#report('cannot be written', 'write', name);
        continue;
      }
      const [wrong] = validate(spec.write.schema ?? spec.schema, value);
      if (wrong !== undefined) this.#report(`is refused by the schema: it ${wrong.detail}`, 'write', name);
      else this.#bytes.exchange(this.#candidates(write, { value }));
    }
  }

  #command({ name, params, result }: NonNullable<Example['command']>): void {
    const action = this.#member(this.#definition.commands, name, 'command');
    const spec = this.#definition.model.commands[name];
    if (action === undefined || spec === undefined) return;
    const [wrong] = validate(spec.params, params);
    if (wrong !== undefined) {
      return this.#report(
        `is refused by the parameters’ schema: ${wrong.pointer || 'it'} ${wrong.detail}`,
        'command',
        name,
      );
    }
    const fields = this.#bytes.exchange(this.#candidates(action, { ...action.defaults, ...params }));
    if (fields === undefined || result === undefined) return;
    // With several steps the example is about one of them, which has its own part of the result.
    const wanted = typeof result === 'object' && result !== null ? Object.entries(result) : [];
    for (const [field, value] of wanted) {
      if (Object.hasOwn(fields, field)) this.#compare(fields[field], value, 'result', field);
    }
  }

  #identify(): void {
    const { identify, identifyFirst = [], options } = this.#definition;
    if (identify === undefined) return this.#report('but the definition has no `identify`', 'identify');
    this.#bytes.exchange(exchangesIn([...identifyFirst, identify]).map((exchange) => ({ exchange, known: options })));
  }

  /** Bytes that only must be understood: of any exchange that takes no parameters. */
  #anything(): void {
    const {
      identify,
      identifyFirst = [],
      init,
      resync = [],
      stop,
      errorQueue,
      properties,
      commands,
      options,
    } = this.#definition;
    const reads = Object.values(properties).flatMap(({ read }) => (read ? this.#candidates(read, {}) : []));
    const called = Object.values(commands).flatMap((action) => this.#candidates(action, action.defaults));
    const others = [...identifyFirst, identify, ...init, ...resync, ...(stop?.steps ?? []), errorQueue?.exchange];
    const alone = others.flatMap((step) => (step === undefined ? [] : exchangesIn([step])));
    const all = [...alone.map((exchange) => ({ exchange, known: options })), ...reads, ...called];
    this.#bytes.exchange(all, 'is nothing that is sent without parameters');
  }

  /** What the device says unasked. */
  #told(events: Readonly<Record<string, unknown>>, values: Readonly<Record<string, unknown>>): void {
    const frames = this.#bytes.frames();
    if (frames === undefined || frames.length === 0) return this.#report('needs `send`, `reply` or both');
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
    for (const [name, data] of Object.entries(events)) this.#event(name, emitted[name], data);
  }

  #event(name: string, found: unknown, wanted: unknown): void {
    const event = this.#member(this.#definition.model.events, name, 'event');
    if (event === undefined) return;
    this.#compare(found, wanted, 'event', name);
    const [wrong] = validate(event.data, wanted);
    if (wrong === undefined) return;
    this.#report(`is refused by the event’s schema: ${wrong.pointer || 'it'} ${wrong.detail}`, 'event', name);
  }

  #candidates(action: Action, values: Known): Candidate[] {
    const known = { ...this.#definition.options, ...action.constants, ...values };
    return exchangesIn(action.steps).map((exchange) => ({ exchange, known }));
  }

  #compare(found: unknown, wanted: unknown, key: 'read' | 'result' | 'event', name: string): void {
    if (isDeepStrictEqual(found, wanted)) return;
    const told = found === undefined ? 'the reply does not tell it' : `the reply tells ${JSON.stringify(found)}`;
    this.#report(told, key, name);
  }

  #member<T>(map: Readonly<Record<string, T>>, name: string, key: ExampleKey): T | undefined {
    if (Object.hasOwn(map, name)) return map[name];
    const what = key === 'command' || key === 'event' ? key : 'property';
    this.#report(`names no ${what}${suggestion(name, Object.keys(map))}`, key, name);
    return undefined;
  }
}

/** A property's value; with several steps the reply may be that of another one. */
function valueIn(fields: Fields, name: string, read: NonNullable<PropertyDefinition['read']>): unknown {
  if (!Object.hasOwn(fields, read.field)) return undefined;
  const value = fields[read.field];
  // What is no integer has no bits: the field's own rule says so.
  return read.bits === undefined || !Number.isSafeInteger(value) ? value : valueOf(name, read, fields);
}

function exchangesIn(steps: readonly Step[]): Exchange[] {
  return steps.flatMap((step) => (step.kind === 'wait' ? [] : step.kind === 'exchange' ? [step] : [step.exchange]));
}
