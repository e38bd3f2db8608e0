import { type Fields, fieldOf, isFields, payloadFields, payloadText } from '../../src/driver/index.ts';

/** Longest payload that is looked at. The firmware's own packets are 1200 bytes on an ESP8266 (`MAX_PACKET_SIZE`). */
export const maxPayloadBytes = 16_384;

/** What the device calls off and on, and how its last will is worded. */
export interface Words {
  readonly off: string;
  readonly on: string;
  readonly offline: string;
  readonly online: string;
}

/** As the firmware comes (docs, "Commands", `StateText<x>`; `MQTT_LWT_OFFLINE`). */
export const firmwareWords: Words = { off: 'OFF', on: 'ON', offline: 'Offline', online: 'Online' };

/**
 * What a message holds: the `result` of a command, the whole `state`, the whole of the `sensors`, or the plain word that
 * follows a result.
 */
export interface Document {
  readonly kind: 'result' | 'state' | 'sensors' | 'plain';
  readonly fields: Fields;
}

const wrapped: Readonly<Record<string, { kind: Document['kind']; inside?: string }>> = {
  'stat/RESULT': { kind: 'result' },
  'tele/STATE': { kind: 'state' },
  'tele/SENSOR': { kind: 'sensors' },
  'stat/STATUS11': { kind: 'state', inside: 'StatusSTS' },
  'stat/STATUS10': { kind: 'sensors', inside: 'StatusSNS' },
  'stat/STATUS8': { kind: 'sensors', inside: 'StatusSNS' },
};

const powerTopic = /^stat\/(POWER\d{0,2})$/u;
/** With SetOption4 each answer comes on the topic of its command. */
const commandTopic = /^stat\/[A-Z]{2,30}\d{0,2}$/u;

/**
 * A message of the device's, by the name that `Topics.nameOf` gave its topic. `malformed` is a topic that is read and a
 * payload that cannot be; undefined is one that is not read.
 */
export function documentOf(name: string, payload: Uint8Array, words: Words): Document | 'malformed' | undefined {
  const known = Object.hasOwn(wrapped, name) ? wrapped[name] : undefined;
  if (known !== undefined) return unwrap(known, payloadFields(payload, maxPayloadBytes));
  const [, relay] = powerTopic.exec(name) ?? [];
  if (relay !== undefined) return powerDocument(relay, payload, words);
  if (!commandTopic.test(name) || name.startsWith('stat/STATUS')) return undefined;
  const fields = payloadFields(payload, maxPayloadBytes);
  return fields && { kind: 'result', fields };
}

function unwrap({ kind, inside }: { kind: Document['kind']; inside?: string }, outer: Fields | undefined) {
  if (outer === undefined) return 'malformed';
  const fields = inside === undefined ? outer : fieldOf(outer, inside);
  return isFields(fields) ? { kind, fields } : undefined;
}

function powerDocument(relay: string, payload: Uint8Array, words: Words): Document | 'malformed' {
  const text = payloadText(payload, maxPayloadBytes);
  if (stateOf(text, words) !== undefined) return { kind: 'plain', fields: { [relay]: text } };
  const fields = payloadFields(payload, maxPayloadBytes);
  return fields === undefined ? 'malformed' : { kind: 'result', fields };
}

/** On or off, in the words of the device; undefined for anything else, and if it has one word for both. */
export function stateOf(value: unknown, words: Words): boolean | undefined {
  if (words.on === words.off) return undefined;
  if (value === words.on) return true;
  return value === words.off ? false : undefined;
}

/** What `tele/…/LWT` says (docs, "MQTT"): undefined for neither. */
export function lastWill(payload: Uint8Array, words: Words): boolean | undefined {
  const text = payloadText(payload, maxPayloadBytes);
  if (text === words.online) return true;
  return text === words.offline ? false : undefined;
}
