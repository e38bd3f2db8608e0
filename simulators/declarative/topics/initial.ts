import { BellcrankError, type Clock } from '../../../src/driver/index.ts';
import { printText } from '../../../drivers/declarative/topics/message/text.ts';
import { meaningOf } from '../../../drivers/declarative/topics/message/wire.ts';
import type { Hearing, TopicMap, TopicProperty } from '../../../drivers/declarative/topics/topic-map.ts';
import type { FieldPart, Template } from '../../../drivers/declarative/template/template.ts';
import { firstValue, isSchema, isValid } from '../first-value.ts';
import { placeholders } from '../placeholders.ts';

/**
 * The state before anything has happened. Properties: what the simulator's clause says, else what their schema suggests,
 * else what an example shows, else anything that fits both the schema and the messages. Other fields: the clause, or what
 * a command's result schema suggests. Throws `invalid-request` for a value that its schema or no message takes.
 */
export function initialState({ model, simulator, examples, properties }: TopicMap, clock: Clock): Map<string, unknown> {
  const state = new Map<string, unknown>();
  for (const { result } of Object.values(model.commands)) {
    const results = result['properties'];
    for (const [name, schema] of isSchema(results) ? Object.entries(results) : []) {
      if (isSchema(schema)) state.set(name, firstValue(schema));
    }
  }
  for (const [name, value] of Object.entries(simulator.initial)) state.set(name, value);
  for (const [name, { schema }] of Object.entries(model.properties)) {
    const shown = examples.flatMap(({ read }) => (read !== undefined && Object.hasOwn(read, name) ? [read[name]] : []));
    const tellings = tellingsOf(properties[name]);
    const others = tellings.flatMap(({ parts }) => parts.flatMap((part) => placeholders(part, clock.now())));
    const isChosen = Object.hasOwn(simulator.initial, name);
    const candidates = isChosen ? [simulator.initial[name]] : [firstValue(schema), ...shown, ...others];
    const first = candidates.find((value) => isValid(schema, value) && tellings.every((one) => tells(one, value)));
    if (first !== undefined) state.set(name, first);
    else throw unfit(name, candidates[0]);
  }
  return state;
}

/** A text in which a property's value stands, and how it is written there. */
interface Telling {
  readonly template: Template;
  /** Its own fields in it. */
  readonly parts: readonly FieldPart[];
  readonly fields: Hearing['fields'];
}

function tellingsOf(property: TopicProperty | undefined): readonly Telling[] {
  const reply = property?.read?.exchanges.at(-1)?.reply;
  const hearings = [property?.pushed?.hearing, reply?.kind === 'message' ? reply.hearing : undefined];
  return hearings.flatMap((hearing) => (hearing === undefined ? [] : (tellingIn(hearing) ?? [])));
}

function tellingIn({ reading, fields }: Hearing): Telling | undefined {
  const meaning = meaningOf(fields, 'value');
  const template =
    reading.kind === 'text' ? reading.template : reading.kind === 'json' ? reading.places['value']?.as : undefined;
  if (template === undefined) return undefined;
  const parts = template.parts.flatMap((part) => (part.kind === 'field' && part.name === 'value' ? [part] : []));
  return { template, parts, fields: meaning === undefined ? {} : { value: meaning } };
}

function tells({ template, parts, fields }: Telling, value: unknown): boolean {
  try {
    printText({ ...template, parts }, { value }, fields);
    return true;
  } catch (error) {
    if (error instanceof BellcrankError) return false;
    throw error;
  }
}

function unfit(name: string, value: unknown): BellcrankError {
  const shown = JSON.stringify(value);
  return new BellcrankError(
    'invalid-request',
    `${name} cannot be ${shown} at first; give one in simulator.initial that its schema and its messages allow`,
  );
}
