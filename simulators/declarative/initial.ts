import { BellcrankError, type Clock, quoted } from '../../src/driver/index.ts';
import type { Definition, FieldScale } from '../../drivers/declarative/definition/definition.ts';
import type { FieldPart, Template } from '../../drivers/declarative/template/template.ts';
import { exampleFields } from './examples.ts';
import { heldBy } from './fields.ts';
import { bitsIn, withBits } from '../../drivers/declarative/session/bits.ts';
import { firstValue, isSchema, isValid } from './first-value.ts';
import { hearingsOf } from './hearings.ts';
import { placeholders } from './placeholders.ts';

/** A place in a message where a property's value stands. */
interface Telling {
  readonly part: FieldPart;
  readonly scale: FieldScale | undefined;
}

/**
 * The state before anything has happened. Properties: what the simulator's clause says, else what their schema suggests,
 * else anything that fits both the schema and the messages. Other fields: the clause, what is
 * waited for (nothing is under way), the manual's examples, or what a command's result schema suggests. Throws `invalid-request` for a value that no message can tell.
 */
export function initialState(definition: Definition, clock: Clock): Map<string, unknown> {
  const state = new Map<string, unknown>();
  for (const [name, value] of Object.entries(resultFields(definition))) state.set(name, value);
  for (const [name, value] of Object.entries(exampleFields(definition))) state.set(name, value);
  for (const [name, value] of waitedFor(definition)) state.set(name, value);
  for (const [name, value] of Object.entries(definition.simulator.initial)) state.set(name, value);
  for (const name of Object.keys(definition.model.properties)) state.set(name, firstOf(definition, name, clock));
  return state;
}

function firstOf(definition: Definition, property: string, clock: Clock): unknown {
  const schema = definition.model.properties[property]?.schema ?? {};
  const tellings = tellingsOf(definition, property);
  const { bits, field = '' } = definition.properties[property]?.read ?? {};
  const fits = (value: unknown): boolean =>
    isValid(schema, value) &&
    (bits === undefined || withBits(0, bits, value) !== undefined) &&
    tellings.every(({ part, scale }) => isValid(schema, heldBy(part, value, scale)));
  const { initial } = definition.simulator;
  const word = initial[field];
  const ofWord = bits !== undefined && Number.isSafeInteger(word) ? bitsIn(Number(word), bits) : undefined;
  const chosen = initial[property] ?? ofWord;
  if (chosen !== undefined) {
    if (fits(chosen)) return chosen;
    throw untellable(property, chosen, tellings);
  }
  const first = firstValue(schema);
  const candidates = [
    first,
    ...Object.values(bits?.values ?? {}),
    ...tellings.flatMap(({ part }) => placeholders(part, clock.now())),
  ];
  const fitting = candidates.find(fits);
  if (fitting === undefined) throw untellable(property, first, tellings);
  return fitting;
}

function untellable(property: string, value: unknown, tellings: readonly Telling[]): BellcrankError {
  const conversions = tellings.map(({ part }) => part.conversion.text).join(' and ');
  const shown = quoted(String(value));
  const remedy = `give one in simulator.initial that its schema and ${conversions || 'its messages'} allow`;
  return new BellcrankError('invalid-request', `${property} cannot be ${shown} at first; ${remedy}`);
}

/** Every message that tells all of the property in a field: replies to reading it, what the device says unasked, and writes. */
function tellingsOf(definition: Definition, property: string): readonly Telling[] {
  const tellings: Telling[] = [];
  const add = (templates: readonly Template[], field: string, scales: Readonly<Record<string, FieldScale>>): void => {
    for (const part of templates.flatMap(({ parts }) => parts)) {
      if (part.kind === 'field' && part.name === field) tellings.push({ part, scale: scales[field] });
    }
  };
  for (const { meaning, exchange } of hearingsOf(definition)) {
    if (meaning.kind !== 'read' || meaning.property !== property || meaning.bits !== undefined) continue;
    add(exchange.expect, meaning.field, exchange.fields);
  }
  for (const { match, report, fields } of definition.unsolicited) {
    const field = report[property];
    if (field !== undefined) add([match], field, fields);
  }
  return tellings;
}

/** What fields tell once it is over. */
function waitedFor(definition: Definition): [string, unknown][] {
  return hearingsOf(definition).flatMap(({ repeat }) => Object.entries(repeat?.until ?? {}));
}

/** What the results of commands suggest. */
function resultFields({ model }: Definition): Readonly<Record<string, unknown>> {
  const schemas = Object.values(model.commands).map(({ result }) => result['properties']);
  const entries = schemas.filter(isSchema).flatMap((properties) => Object.entries(properties));
  return Object.fromEntries(entries.map(([name, schema]) => [name, isSchema(schema) ? firstValue(schema) : undefined]));
}
