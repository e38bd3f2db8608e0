import { BellcrankError, type Clock, quoted } from '../../src/driver/index.ts';
import type { ErrorRule, Exchange, FieldScale } from '../../drivers/declarative/definition/definition.ts';
import type { FieldPart, Part, Template } from '../../drivers/declarative/template/template.ts';
import type { DeviceBehaviour } from './behaviour.ts';
import type { DeviceFault } from './device-errors.ts';
import { tell } from './fields.ts';
import type { Hearing } from './hearings.ts';
import { placeholders } from './placeholders.ts';
import { type LengthField, printParts } from './print.ts';
import type { Heard } from './recogniser.ts';

type Fields = Readonly<Record<string, FieldScale>>;

/** A part of a reply and the meaning in whose light its field is told. */
interface PlannedPart {
  readonly part: Part;
  readonly heard: Heard;
}

/** Prints what a device says, from its state. */
export class Replies {
  readonly #behaviour: DeviceBehaviour;
  readonly #clock: Clock;

  constructor(behaviour: DeviceBehaviour, clock: Clock) {
    this.#behaviour = behaviour;
    this.#clock = clock;
  }

  /** The frames that answer a message, whatever it means: `base` gives the form, the others give fields their meaning. */
  frames(base: Heard, all: readonly Heard[]): readonly Uint8Array[] {
    const { exchange, repeat } = base.hearing;
    if (repeat?.while !== undefined && this.#behaviour.isBusy(repeat)) {
      return [this.#print(plan(repeat.while, base, []), exchange)];
    }
    return exchange.expect.map((template, frame) => {
      const alike = all.filter(({ hearing }) => sameMessage(hearing, base.hearing));
      const others = alike.map((heard) => ({ heard, template: heard.hearing.exchange.expect[frame] }));
      return this.#print(plan(template, base, others), exchange);
    });
  }

  /** What the device says without a further message: after another, or of itself. */
  later(exchange: Exchange, heard: Pick<Heard, 'values'> & { readonly hearing: Pick<Hearing, 'meaning' | 'known'> }): readonly Uint8Array[] {
    return exchange.expect.map((template) => this.#print(plan(template, heard, []), exchange));
  }

  /** The value of a property as something that the device sends unasked. */
  unasked(template: Template, fields: Fields, report: Readonly<Record<string, string>>): Uint8Array {
    const properties = Object.fromEntries(Object.entries(report).map(([property, field]) => [field, property]));
    return printParts(template.parts, (part) => {
      const property = part.name === undefined ? undefined : properties[part.name];
      const value = property === undefined ? undefined : this.#behaviour.read(property);
      return this.#bytes(part, value === undefined ? this.#freely(part) : [value], fieldScale(fields, part));
    });
  }

  /** The error reply: what the refusal itself says, else the rule with its code, else the first. Undefined: silence. */
  fault(rules: readonly ErrorRule[], fault: DeviceFault, reply?: Template): Uint8Array | undefined {
    const template = reply ?? ruleFor(rules, fault)?.match;
    if (template === undefined) return undefined;
    const codeField = ruleFor(rules, fault)?.code;
    const name = codeField !== undefined && 'field' in codeField ? codeField.field : 'code';
    return printParts(template.parts, (part) => {
      if (part.name === name) return this.#bytes(part, forms(fault.code), undefined);
      if (part.name === 'text') return this.#bytes(part, [fault.text, ...this.#freely(part)], undefined);
      return this.#bytes(part, this.#freely(part), undefined);
    });
  }

  /** An entry of the error queue, or that there is none. */
  queueEntry(heard: Heard, fault: DeviceFault): readonly Uint8Array[] {
    const values = { ...heard.values, code: fault.code, text: fault.text };
    return heard.hearing.exchange.expect.map((template) =>
      this.#print(plan(template, { ...heard, values }, []), heard.hearing.exchange),
    );
  }

  #print(parts: readonly PlannedPart[], exchange: Exchange): Uint8Array {
    const heardOf = new Map(parts.map(({ part, heard }) => [part, heard]));
    const fieldBytes = (part: FieldPart, length?: number): Uint8Array => {
      const heard = heardOf.get(part);
      if (length !== undefined) return this.#bytes(part, [length], undefined);
      const values = heard === undefined ? this.#freely(part) : this.#values(part, heard);
      return this.#bytes(part, values, fieldScale(heard?.hearing.exchange.fields ?? {}, part));
    };
    return printParts(
      parts.map(({ part }) => part),
      fieldBytes,
      this.#lengthField(exchange),
    );
  }

  #lengthField({ reply = this.#behaviour.definition.line.reply }: Exchange): LengthField | undefined {
    return reply.by === 'length-field' ? reply : undefined;
  }

  /** What a field tells: a value that must be told, or several of which the first that can be told will do. */
  #values(part: FieldPart, { hearing, values }: Heard): readonly unknown[] {
    const { name } = part;
    const { meaning, known } = hearing;
    if (name === undefined) return this.#freely(part);
    if (meaning.kind === 'read' && meaning.field === name) return [this.#behaviour.read(meaning.property)];
    if (values[name] !== undefined) return meaning.kind === 'errors' ? forms(String(values[name])) : [values[name]];
    if (known[name] !== undefined) return [known[name]];
    if (this.#behaviour.definition.model.properties[name] !== undefined) return [this.#behaviour.read(name)];
    return this.#behaviour.has(name) ? [this.#behaviour.read(name), ...this.#freely(part)] : this.#freely(part);
  }

  #freely(part: FieldPart): readonly unknown[] {
    return placeholders(part, this.#clock.now());
  }

  #bytes(part: FieldPart, values: readonly unknown[], scale: FieldScale | undefined): Uint8Array {
    for (const value of values) {
      const bytes = tell(part, value, scale);
      if (bytes !== undefined) return bytes;
    }
    const value = quoted(String(values[0]));
    const field = part.name ?? 'a field without a name';
    throw new BellcrankError('invalid-request', `${part.conversion.text} cannot tell ${value} for ${field}`);
  }
}

function fieldScale(fields: Fields, { name }: FieldPart): FieldScale | undefined {
  return name === undefined ? undefined : fields[name];
}

function sameMessage(a: Hearing, b: Hearing): boolean {
  return a.template.text === b.template.text;
}

/**
 * Replies of one message that name different fields of it are one reply: where another meaning names a field that it
 * reads a property from, that stands in the place of what `base` has there.
 */
function plan(
  template: Template,
  base: Heard,
  others: readonly { readonly heard: Heard; readonly template: Template | undefined }[],
): readonly PlannedPart[] {
  return template.parts.map((part, index) => {
    for (const { heard, template: other } of others) {
      const there = other?.parts.length === template.parts.length ? other.parts[index] : undefined;
      if (there !== undefined && readsField(heard, there)) return { part: there, heard };
    }
    return { part, heard: base };
  });
}

function readsField({ hearing: { meaning } }: Heard, part: Part): boolean {
  return meaning.kind === 'read' && part.kind === 'field' && part.name === meaning.field;
}

function ruleFor(rules: readonly ErrorRule[], { code }: DeviceFault): ErrorRule | undefined {
  const withCode = rules.find((rule) => rule.code !== undefined && 'text' in rule.code && rule.code.text === code);
  return withCode ?? rules.find((rule) => rule.code !== undefined && 'field' in rule.code) ?? rules[0];
}

/** A code is told as a number where the template counts, else as text. */
function forms(code: string): readonly unknown[] {
  return /^[-+]?\d+$/.test(code) ? [Number(code), code] : [code];
}
