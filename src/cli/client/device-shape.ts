import {
  clientKeys,
  type CommandSpec,
  type DeviceDetailView,
  type EventSpec,
  type PropertySpec,
  type WriteSpec,
} from '../../client/index.ts';
import { schemaType } from './schema-type.ts';
import { schemaWords } from './schema-words.ts';
import { comment, propertyKey, words } from './source-text.ts';

/** What a device can do, as the body of an interface. The same model with the same limits is the same text. */
export function deviceShape({ commands, properties, events }: DeviceDetailView): string {
  const parts = [
    section('commands', commands, commandText),
    section('properties', properties, propertyText),
    section('events', events, eventText),
  ];
  return `{\n${parts.join('')}}`;
}

function section<Spec>(
  title: string,
  specs: Readonly<Record<string, Spec>>,
  text: (key: string, name: string, spec: Spec) => string,
): string {
  const keys = [...clientKeys(Object.keys(specs))].sort(([a], [b]) => (a < b ? -1 : 1));
  const members = keys.flatMap(([key, name]) => {
    const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
    return spec === undefined ? [] : [text(key, name, spec)];
  });
  return members.length === 0 ? `  ${title}: {};\n` : `  ${title}: {\n${members.join('')}  };\n`;
}

/** Its own name, where a program has another for it. */
function ownName(key: string, name: string): string {
  return key === name ? '' : `\`${words(name).replaceAll('`', "'")}\`.`;
}

function commandText(key: string, name: string, spec: CommandSpec): string {
  const { summary, effect, confirmation, timeoutMs, params, result } = spec;
  const how = `Effect: ${words(effect)}. Confirmation: ${words(confirmation)}, within ${words(String(timeoutMs))} ms.`;
  const about = comment([ended(words(summary)), [ownName(key, name), how].join(' ').trim()], '    ');
  return `${about}    ${propertyKey(key)}: {\n${typed('params', params)}${typed('result', result)}    };\n`;
}

function propertyText(key: string, name: string, spec: PropertySpec): string {
  const { summary, schema, access, write } = spec;
  const lines = [
    ended(words(summary)),
    [ownName(key, name), schemaWords(schema, { titled: false }), writeWords(write)].join(' ').trim(),
  ];
  const read = access === 'write' ? '' : typed('read', schema);
  const written = access === 'read' ? '' : typed('write', write?.schema ?? schema);
  return `${comment(lines, '    ')}    ${propertyKey(key)}: {\n${read}${written}    };\n`;
}

/** A member of what a command or a property is described by. */
function typed(name: string, schema: unknown): string {
  const type = schemaType(schema, '      ');
  return `      ${name}:${type.startsWith('\n') ? '' : ' '}${type};\n`;
}

function writeWords(write: WriteSpec | undefined): string {
  if (write === undefined) return '';
  const narrower = schemaWords(write.schema, { titled: false });
  return `Writing: ${words(write.effect)}, ${words(write.confirmation)}.${narrower === '' ? '' : ` ${narrower}`}`;
}

function eventText(key: string, name: string, { summary, data }: EventSpec): string {
  const about = comment([ended(words(summary)), ownName(key, name)], '    ');
  return `${about}    ${propertyKey(key)}: ${schemaType(data, '    ')};\n`;
}

function ended(text: string): string {
  return text === '' || /[.!?…]$/.test(text) ? text : `${text}.`;
}

/** What is said of a device where it is listed. */
export function deviceWords({ driver, model, connection, labels, simulated }: DeviceDetailView): string {
  const what = model === driver ? words(model) : `${words(model)} (${words(driver)})`;
  const where = connection === null ? '' : ` on ${words(connection)}`;
  const pairs = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  const tags = pairs.map(([label, value]) => `${words(label)}=${words(value)}`).join(', ');
  return `${simulated ? 'SIMULATED. ' : ''}${what}${where}${tags === '' ? '' : `; ${tags}`}.`;
}
