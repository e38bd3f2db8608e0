import type { CommandSpec, DeviceDetailView, PropertySpec, WriteSpec } from '../../../client/index.ts';
import { isRecord } from '../../../yaml/schema-walk.ts';
import { textOf } from '../params/convert.ts';
import { forms, mayBe, propertiesOf, requiredOf, typesOf } from '../params/schema.ts';
import { schemaWords } from '../schema-words.ts';
import { safe } from '../output/text.ts';
import type { Service } from '../service.ts';

const effects: Readonly<Record<string, string>> = {
  read: 'it only reads',
  idempotent: 'it sets something; sent twice it is as sent once',
  actuate: 'it does something each time that it is sent',
};

const confirmations: Readonly<Record<string, string>> = {
  sent: 'success means that it was handed to the wire, no more',
  acknowledged: 'success means that the device answered that it took it',
  confirmed: 'success means that the device itself reports the state asked for',
};

/** What a command takes and does. */
export function commandHelp(device: DeviceDetailView, name: string, spec: CommandSpec, { print }: Service): void {
  const required = requiredOf(spec.params);
  const words = required.map((key) => `${key}=…`);
  const open = propertiesOf(spec.params).size > required.length ? ['[name=value …]'] : [];
  head(device, spec.summary, ['bellcrank send', device.id, name, ...words, ...open].join(' '), { print });
  const rows = paramRows(spec.params, '');
  if (rows.length > 0) {
    print.line();
    print.table(
      [{ title: 'PARAMETER' }, { title: '' }, { title: 'VALUE', flexible: true }, { title: '', flexible: true }],
      rows,
    );
  } else print.line('\nIt takes no parameters.');
  const results = paramRows(spec.result, '').map(([key, , words, text]) => [key ?? '', words ?? '', text ?? '']);
  if (results.length > 0) {
    print.line();
    print.table([{ title: 'RESULT' }, { title: 'VALUE', flexible: true }, { title: '', flexible: true }], results);
  }
  about(spec, spec, { print });
  const examples = (spec.examples ?? []).map(({ params }) => exampleOf(device.id, name, params));
  if (examples.length > 0) print.line('\nFor example:');
  for (const example of examples) print.line(`  ${safe(example)}`);
}

/** What a property takes. */
export function propertyHelp(device: DeviceDetailView, name: string, spec: PropertySpec, { print }: Service): void {
  head(device, spec.summary, `bellcrank set ${device.id} ${name} VALUE`, { print });
  const schema = spec.write?.schema ?? spec.schema;
  print.line();
  print.pairs([['VALUE', schemaWords(schema)]]);
  if (spec.write !== undefined) about(spec.write, {}, { print });
}

type Out = Pick<Service, 'print'>;

function head(device: DeviceDetailView, summary: string, usage: string, { print }: Out): void {
  print.line(`Usage: ${safe(usage)}`);
  print.line(`\n${safe(summary)}${device.simulated ? ' (simulated)' : ''}`);
}

function about(
  spec: Omit<WriteSpec, 'schema' | 'verify'>,
  { long, abortable }: Partial<CommandSpec>,
  { print }: Out,
): void {
  print.line();
  print.pairs([
    ['effect', `${spec.effect}: ${effects[spec.effect] ?? ''}`],
    ['confirmation', `${spec.confirmation}: ${confirmations[spec.confirmation] ?? ''}`],
    ['time', `${spec.timeoutMs / 1000} s, its waiting included${long === true ? '; progress extends it' : ''}`],
    ['while busy', spec.onBusy === undefined || spec.onBusy === 'queue' ? undefined : spec.onBusy],
    ['urgent', spec.urgent === true ? 'it goes before what waits' : undefined],
    ['cancel', abortable === true ? 'it can be ended early after it has left' : undefined],
  ]);
}

/** A parameter a row; those within an object by their whole names. */
function paramRows(schema: unknown, prefix: string): readonly (readonly string[])[] {
  const required = new Set(requiredOf(schema));
  return [...propertiesOf(schema)].flatMap(([key, inner]) => {
    const name = `${prefix}${key}`;
    if (propertiesOf(inner).size > 0) return paramRows(inner, `${name}.`);
    const text = inner['description'] ?? inner['title'];
    return [[name, required.has(key) ? 'required' : '', schemaWords(inner), typeof text === 'string' ? text : '']];
  });
}

function exampleOf(device: string, name: string, params: unknown): string {
  return ['bellcrank send', device, name, ...wordsOf(params)].join(' ');
}

/** Parameters as words that mean them. */
export function wordsOf(params: unknown, prefix = ''): readonly string[] {
  if (!isRecord(params)) return [];
  return Object.entries(params).flatMap(([key, value]) => {
    const name = `${prefix}${key}`;
    if (isRecord(value)) return wordsOf(value, `${name}.`);
    const word = Array.isArray(value) ? `${name}:=${JSON.stringify(value)}` : `${name}=${textOf(value)}`;
    return [/^[\w.:=+-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`];
  });
}

/** Whether a value of it is an object, given as `name=value`. */
export function takesObject(schema: unknown): boolean {
  return forms(schema).every((form) => typesOf(form).length > 0 && mayBe(form, 'object'));
}
