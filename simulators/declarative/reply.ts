import { BellcrankError, type Clock, latin1, quoted } from '../../src/driver/index.ts';
import type {
  ErrorRule,
  Exchange,
  FieldScale,
  UnsolicitedRule,
} from '../../drivers/declarative/definition/definition.ts';
import { matches, refusalIn } from '../../drivers/declarative/session/judge.ts';
import { rewritten } from '../../drivers/declarative/session/rewrite.ts';
import type { Known } from '../../drivers/declarative/session/values.ts';
import { scanTemplate } from '../../drivers/declarative/template/scan.ts';
import type { FieldPart, Part, Template, Values } from '../../drivers/declarative/template/template.ts';
import type { DeviceBehaviour } from './behaviour.ts';
import { type DeviceFault, isDefault } from './device-errors.ts';
import { tell } from './fields.ts';
import type { Hearing, ReadMeaning } from './hearings.ts';
import { placeholders } from './placeholders.ts';
import { type LengthField, printParts } from './print.ts';
import type { Heard } from './recogniser.ts';
import { fieldValues } from './word.ts';

type Fields = Readonly<Record<string, FieldScale>>;

/** In whose light a field is told. */
export interface Teller extends Pick<Hearing, 'meaning' | 'known'> {
  readonly values: Heard['values'];
  /** All properties that are read from the field; absent: the one that is meant. */
  readonly readers?: readonly ReadMeaning[];
}

interface PlannedPart {
  readonly part: Part;
  readonly teller: Teller;
  readonly fields: Fields;
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
      return [
        this.#print(
          repeat.while.parts.map((part) => planned(part, tellerOf(base), exchange)),
          exchange,
        ),
      ];
    }
    const alike = all.filter(({ hearing }) => hearing.template.text === base.hearing.template.text);
    const forms = [base, ...alike].filter((one, index, ones) => isFirstOfItsForm(one, ones.slice(0, index)));
    if (forms.length === 1) return this.#inForm(base, alike);
    const replies = forms.flatMap((form) => {
      const frames = this.#tried(() => this.#inForm(form, alike));
      return frames === undefined ? [] : [{ form, frames }];
    });
    const [best] = replies.toSorted((a, b) => fitOf(b, base, alike) - fitOf(a, base, alike));
    return best?.frames ?? this.#inForm(base, alike);
  }

  #inForm(form: Heard, alike: readonly Heard[]): readonly Uint8Array[] {
    const { exchange } = form.hearing;
    return exchange.expect.map((_, frame) => this.#print(plan(frame, form, alike), exchange));
  }

  /** What the device says without a further message: after another, or of itself. */
  later(exchange: Exchange, teller: Teller): readonly Uint8Array[] {
    return exchange.expect.map(({ parts }) =>
      this.#print(
        parts.map((part) => planned(part, teller, exchange)),
        exchange,
      ),
    );
  }

  /** The value of a property as something that the device sends unasked. */
  unasked({ match, fields, report }: UnsolicitedRule): Uint8Array {
    const properties = Object.fromEntries(Object.entries(report).map(([property, field]) => [field, property]));
    return printParts(match.parts, (part) => {
      const property = part.name === undefined ? undefined : properties[part.name];
      const value = property === undefined ? this.#optionOf(part) : this.#behaviour.read(property);
      return this.#bytes(part, value === undefined ? this.#freely(part) : [value], fieldScale(fields, part));
    });
  }

  /**
   * The error reply: what the refusal itself says, else that of the rule with its code, else of the first one that can be
   * printed and is then understood as an error. Undefined: no rule can tell it.
   */
  fault(
    exchange: Pick<Exchange, 'errors' | 'reply' | 'rewrite'>,
    teller: Teller,
    fault: DeviceFault,
    reply?: Template,
  ): Uint8Array | undefined {
    const rules = rulesFor(exchange.errors, fault.code);
    if (reply !== undefined) return this.#faultBy(reply, rules[0], exchange, teller, fault);
    for (const rule of rules) {
      const frame = this.#tried(() => this.#faultBy(rule.match, rule, exchange, teller, fault));
      if (frame !== undefined && isRefusal(frame, exchange, teller.known)) return frame;
    }
    return undefined;
  }

  #faultBy(
    { parts }: Template,
    rule: ErrorRule | undefined,
    exchange: Pick<Exchange, 'reply'>,
    teller: Teller,
    fault: DeviceFault,
  ): Uint8Array {
    const field = rule?.code !== undefined && 'field' in rule.code ? rule.code.field : 'code';
    // A code that the device cannot tell gives way to one that it can; one of its own goes before SCPI's.
    const own = Object.keys(rule?.texts ?? {});
    const codes = (isDefault(fault) ? [...own, fault.code] : [fault.code, ...own]).flatMap(forms);
    const fieldBytes = (part: FieldPart, length?: number): Uint8Array => {
      if (length !== undefined) return this.#bytes(part, [length], undefined);
      if (part.name === field) return this.#bytes(part, [...codes, ...this.#freely(part)], undefined);
      if (part.name === 'text') return this.#bytes(part, [fault.text, ...this.#freely(part)], undefined);
      return this.#bytes(part, this.#values(part, teller), undefined);
    };
    return printParts(parts, fieldBytes, this.#lengthField(exchange));
  }

  /** Undefined for what cannot be printed. */
  #tried<T>(print: () => T): T | undefined {
    try {
      return print();
    } catch (error) {
      if (error instanceof BellcrankError) return undefined;
      throw error;
    }
  }

  /** An entry of the error queue, or that there is none. */
  queueEntry({ hearing, values }: Heard, { code, text }: DeviceFault): readonly Uint8Array[] {
    return this.later(hearing.exchange, { ...hearing, values: { ...values, code, text } });
  }

  #print(parts: readonly PlannedPart[], exchange: Exchange): Uint8Array {
    const plans = new Map(parts.map((one) => [one.part, one]));
    const fieldBytes = (part: FieldPart, length?: number): Uint8Array => {
      const one = plans.get(part);
      if (length !== undefined) return this.#bytes(part, [length], undefined);
      const values = one === undefined ? this.#freely(part) : this.#values(part, one.teller);
      return this.#bytes(part, values, fieldScale(one?.fields ?? {}, part));
    };
    return printParts(
      parts.map(({ part }) => part),
      fieldBytes,
      this.#lengthField(exchange),
    );
  }

  #lengthField({ reply = this.#behaviour.definition.line.reply }: Pick<Exchange, 'reply'>): LengthField | undefined {
    return reply.by === 'length-field' ? reply : undefined;
  }

  /** What a field tells: a value that must be told, or several of which the first that can be told will do. */
  #values(part: FieldPart, { meaning, known, values, readers }: Teller): readonly unknown[] {
    const { name } = part;
    const { model } = this.#behaviour.definition;
    if (name === undefined) return this.#freely(part);
    if (meaning.kind === 'read' && meaning.field === name) {
      return fieldValues(part, readers ?? [meaning], this.#behaviour);
    }
    if (values[name] !== undefined) return meaning.kind === 'errors' ? forms(values[name]) : [values[name]];
    if (known[name] !== undefined) return [known[name]];
    if (model.properties[name] !== undefined) return [this.#behaviour.read(name)];
    return this.#behaviour.has(name) ? [this.#behaviour.read(name), ...this.#freely(part)] : this.#freely(part);
  }

  /** Its own address, for instance. */
  #optionOf({ name }: FieldPart): unknown {
    const { options } = this.#behaviour.definition;
    return name !== undefined && Object.hasOwn(options, name) ? options[name] : undefined;
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

function tellerOf({ hearing: { meaning, known }, values }: Heard): Teller {
  return { meaning, known, values };
}

function planned(part: Part, teller: Teller, { fields }: Exchange): PlannedPart {
  return { part, teller, fields };
}

/**
 * Replies of one message that name different fields of it are one reply: where another meaning names a field that it
 * reads a property from, that stands in the place of what `base` has there. Several may read bits of one field.
 */
function plan(frame: number, base: Heard, alike: readonly Heard[]): readonly PlannedPart[] {
  const parts = base.hearing.exchange.expect[frame]?.parts ?? [];
  return parts.map((part, index) => {
    const found = alike.flatMap((heard) => {
      const other = heard.hearing.exchange.expect[frame]?.parts;
      const there = other?.length === parts.length ? other[index] : undefined;
      const reader = there && readerOf(heard, there);
      return there !== undefined && reader !== undefined ? [{ heard, there, reader }] : [];
    });
    const [first] = found;
    if (first === undefined) return planned(part, tellerOf(base), base.hearing.exchange);
    const readers = found.map(({ reader }) => reader);
    return planned(first.there, { ...tellerOf(first.heard), readers }, first.heard.hearing.exchange);
  });
}

/** Whether a message is answered in another form than by those before. */
function isFirstOfItsForm({ hearing }: Heard, before: readonly Heard[]): boolean {
  const form = formOf(hearing.exchange);
  return before.every((other) => formOf(other.hearing.exchange) !== form);
}

/** What is told by a reply, but for how its fields are called. */
function formOf({ expect, reply }: Exchange): string {
  const parts = expect.map((template) =>
    template.parts.map((part) => {
      if (part.kind === 'literal') return latin1(part.bytes);
      return part.kind === 'field' ? part.conversion.text.replace('*', '') : part.kind;
    }),
  );
  return JSON.stringify([parts, reply?.by]);
}

/** How well a reply answers all that its message means: that all understand it counts most, then what it tells. */
function fitOf(
  { form, frames }: { readonly form: Heard; readonly frames: readonly Uint8Array[] },
  base: Heard,
  alike: readonly Heard[],
): number {
  const isUnderstood = ({ hearing: { exchange, known }, values }: Heard): boolean =>
    understands(exchange, frames, { ...known, ...values });
  const parts = form.hearing.exchange.expect.flatMap((_, frame) => plan(frame, form, alike).map(({ part }) => part));
  const told = alike.filter((heard) => parts.some((part) => readerOf(heard, part) !== undefined)).length;
  const all = alike.every(isUnderstood) ? 1000 : 0;
  return all + 10 * Math.min(told, 90) + (isUnderstood(base) ? 5 : 0);
}

function understands(exchange: Exchange, frames: readonly Uint8Array[], known: Known): boolean {
  const [first] = frames;
  if (first !== undefined && refusalIn(first, exchange, known) !== undefined) return true;
  if (exchange.expect.length !== frames.length) return false;
  return exchange.expect.every((template, index) => {
    const frame = frames[index];
    return frame !== undefined && matches(frame, template, exchange, known);
  });
}

/** The property that is read from this field. */
function readerOf({ hearing: { meaning } }: Heard, part: Part): ReadMeaning | undefined {
  return meaning.kind === 'read' && part.kind === 'field' && part.name === meaning.field ? meaning : undefined;
}

/** The rule with this very code, then those that tell any code, then the others. */
function rulesFor(rules: readonly ErrorRule[], code: string): readonly ErrorRule[] {
  const rank = ({ code: told }: ErrorRule): number => {
    if (told === undefined) return 2;
    if ('field' in told) return 1;
    return told.text === code ? 0 : 2;
  };
  return rules.toSorted((a, b) => rank(a) - rank(b));
}

function isRefusal(
  frame: Uint8Array,
  { errors, rewrite }: Pick<Exchange, 'errors' | 'rewrite'>,
  known: Values,
): boolean {
  const content = rewritten(frame, rewrite);
  return content !== undefined && errors.some(({ match }) => scanTemplate(match, content, known).ok);
}

/** A code is told as a number where the template counts, else as text. */
function forms(code: unknown): readonly unknown[] {
  return typeof code === 'string' && /^[-+]?\d+$/.test(code) ? [Number(code), code] : [code];
}
