import type { JsonSchema } from '../../../src/driver/index.ts';
import { aNumber, choice, onOff } from './meanings.ts';
import type { Field } from './parts.ts';
import { type Meaning, numberValue, type Reader } from './reader.ts';
import { booleanSchema } from './switchable.ts';

/** The keys by which most parts of climate devices, fans and the like are described: `<name>_command_topic` and so on. */
export interface Named {
  /** Of the keys. */
  readonly name: string;
  /** Of the property; the name of the keys if absent. */
  readonly suffix?: string;
  readonly summary: string;
  /** `state_template` or `value_template`. */
  readonly state?: 'state_template' | 'value_template';
}

function keys({ name, state = 'state_template' }: Named) {
  return {
    command: `${name}_command_topic`,
    commandTemplate: `${name}_command_template`,
    state: `${name}_state_topic`,
    stateTemplate: `${name}_${state}`,
  };
}

function field(
  reader: Reader,
  named: Named,
  schema: JsonSchema,
  meaning: Meaning,
  payload: (value: unknown) => ReturnType<typeof numberValue>,
  writeSchema?: JsonSchema,
): Field | undefined {
  const its = keys(named);
  const command = reader.command(its.command, its.commandTemplate);
  const source = reader.source(its.state, its.stateTemplate, meaning);
  if (command === undefined && source === undefined) return undefined;
  const write = reader.write(command, source, payload, writeSchema ? { schema: writeSchema } : {});
  return {
    suffix: named.suffix ?? named.name,
    summary: named.summary,
    schema,
    ...(source && { source }),
    ...(write && { write }),
  };
}

export function numberField(
  reader: Reader,
  named: Named,
  schema: JsonSchema,
  writeSchema?: JsonSchema,
): Field | undefined {
  return field(reader, named, schema, aNumber, numberValue, writeSchema);
}

/** One of a list; nothing where the list is empty. */
export function choiceField(
  reader: Reader,
  named: Named,
  options: readonly string[],
  reset?: string,
): Field | undefined {
  if (options.length === 0) return undefined;
  return field(reader, named, { type: 'string', enum: options }, choice(options, reset), String);
}

export function flagField(reader: Reader, named: Named, on: string, off: string): Field | undefined {
  return field(reader, named, booleanSchema, onOff(on, off), (value) => (value === true ? on : off));
}

/** What is only told: `<name>_topic`, `<name>_template`. */
export function toldField(
  reader: Reader,
  name: string,
  summary: string,
  schema: JsonSchema,
  meaning: Meaning,
): Field | undefined {
  const source = reader.source(`${name}_topic`, `${name}_template`, meaning);
  return source && { suffix: name, summary, schema, source, ...(schema['type'] === 'number' && { measured: true }) };
}
