import { Type } from '@sinclair/typebox';
import { BellcrankError } from '../../errors.ts';
import { type LabelFilter, type StreamFilter, type StreamType, streamTypes } from '../../stream/index.ts';
import { closed, idPattern } from '../routes.ts';

const maxDevices = 200;
const maxLabels = 16;

/** One value, or several of a parameter that is repeated. */
const repeated = (maxItems: number, maxLength: number, description: string) =>
  Type.Optional(
    Type.Unsafe<string | readonly string[]>({
      anyOf: [
        { type: 'string', maxLength },
        { type: 'array', maxItems, items: { type: 'string', maxLength } },
      ],
      description,
    }),
  );

export const StreamQuery = closed({
  device: repeated(maxDevices, 8192, 'Only of these devices: ids with commas between them, or repeated.'),
  label: repeated(maxLabels, 300, 'Only of devices with this label, KEY or KEY=VALUE; repeated: with all of them.'),
  type: repeated(streamTypes.length, 200, `Only of these types, with commas or repeated: ${streamTypes.join(', ')}.`),
  lastEventId: Type.Optional(
    Type.String({
      maxLength: 20,
      description: 'Go on after this id, for who cannot set Last-Event-ID; that header goes before it.',
    }),
  ),
});

interface Query {
  readonly device?: string | readonly string[];
  readonly label?: string | readonly string[];
  readonly type?: string | readonly string[];
}

/** Devices that do not exist (yet) may be asked for: they are told of as soon as they do. */
export function filterOf({ device, label, type }: Query): StreamFilter {
  return {
    ...(device === undefined ? {} : { devices: new Set(devicesOf(listOf(device))) }),
    ...(label === undefined ? {} : { labels: [label].flat().map((text) => labelOf(text)) }),
    ...(type === undefined ? {} : { types: new Set(listOf(type).map((text) => typeOf(text))) }),
  };
}

/** The id after which to go on: the header, which a browser sends when it comes back, before the parameter. */
export function lastIdOf(
  header: string | readonly string[] | undefined,
  query: string | undefined,
): number | undefined {
  const text = header === undefined || header === '' ? query : String(header);
  if (text === undefined) return undefined;
  const id = Number(text);
  if (/^[0-9]+$/.test(text) && Number.isSafeInteger(id)) return id;
  const [pointer, name] =
    text === query
      ? ['/lastEventId', 'querystring /lastEventId']
      : ['/headers/last-event-id', 'the Last-Event-ID header'];
  throw invalid(pointer, name, 'is no id of this stream; leave it out to begin with a snapshot');
}

function devicesOf(ids: readonly string[]): readonly string[] {
  const wrong = ids.find((id) => !new RegExp(idPattern).test(id));
  if (wrong !== undefined) throw invalidQuery('device', `has ${quoted(wrong)}, which cannot be the id of a device`);
  if (ids.length <= maxDevices) return ids;
  throw invalidQuery('device', `has ${ids.length} ids; ${maxDevices} is the most: ask for a label, or leave it out`);
}

function labelOf(text: string): LabelFilter {
  const at = text.indexOf('=');
  const key = at < 0 ? text : text.slice(0, at);
  if (key === '') throw invalidQuery('label', 'must be KEY or KEY=VALUE');
  return at < 0 ? { key } : { key, value: text.slice(at + 1) };
}

function typeOf(text: string): StreamType {
  const type = streamTypes.find((each) => each === text);
  if (type !== undefined) return type;
  throw invalidQuery('type', `has ${quoted(text)}, which is no type; there are ${streamTypes.join(', ')}`);
}

function listOf(given: string | readonly string[]): readonly string[] {
  return [given].flat().flatMap((text) => text.split(','));
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 64));
}

function invalidQuery(name: string, detail: string): BellcrankError {
  return invalid(`/${name}`, `querystring /${name}`, detail);
}

function invalid(pointer: string, name: string, detail: string): BellcrankError {
  return new BellcrankError('invalid-request', `${name} ${detail}`, { errors: [{ pointer, detail }] });
}
