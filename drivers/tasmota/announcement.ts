import { type Fields, fieldOf, isFields, nameOf, payloadFields, printable } from '../../src/driver/index.ts';
import { firmwareWords, maxPayloadBytes, type Words } from './document.ts';
import { Topics } from './topics.ts';

/** What a device says of itself under `tasmota/discovery/<MAC>/config` (`xdrv_12_discovery`, version 1). */
export interface Announcement {
  readonly mac: string;
  readonly name: string;
  /** Module or template. */
  readonly module: string;
  readonly version: string;
  readonly topic: string;
  readonly fullTopic: string;
  readonly topics: Topics;
  readonly words: Words;
  /** By relay: 0 none, 1 a relay, 2 a light, 3 one of the two that move a shutter. */
  readonly relays: readonly number[];
  readonly fan: boolean;
  /** 0 none, 1 one channel, 2 cold and warm white, 3 RGB, 4 RGBW, 5 RGBCW. */
  readonly light: number;
  /** Colour and white are one light. */
  readonly linked: boolean;
  /** SetOption68: each channel is a light of its own. */
  readonly channels: boolean;
  /** SetOption82: 200 to 380 mired instead of 153 to 500. */
  readonly reducedTemperatures: boolean;
  /** By shutter; bit 0: inverted. */
  readonly shutterOptions: readonly number[];
  /** Of the switches that are detached from relays (SetOption114), those that follow their contact: by their names. */
  readonly followers: readonly string[];
}

const maxText = 100;
/** `MAX_RELAYS_SET` of the ESP32. */
const maxRelays = 32;
const maxShutters = 16;
const maxSwitches = 28;
/** `SwitchMode` 1 and 2: each change is told as what it is. */
const following = new Set([1, 2]);

function text(fields: Fields, key: string): string | undefined {
  const value = fieldOf(fields, key);
  return typeof value === 'string' && value.length <= maxText ? value : undefined;
}

function texts(fields: Fields, key: string): readonly string[] {
  const value = fieldOf(fields, key);
  if (!Array.isArray(value) || value.length > maxRelays) return [];
  return value.map((item: unknown) => (typeof item === 'string' ? item.slice(0, maxText) : ''));
}

function numbers(fields: Fields, key: string, max: number): readonly number[] {
  const value = fieldOf(fields, key);
  if (!Array.isArray(value)) return [];
  return value.slice(0, max).map((item: unknown) => (Number.isInteger(item) ? Number(item) : 0));
}

function bit(fields: Fields, key: string): boolean {
  return fieldOf(fields, key) === 1;
}

function followersOf(config: Fields): string[] {
  const names = texts(config, 'swn');
  return numbers(config, 'swc', maxSwitches).flatMap((mode, index) =>
    following.has(mode) ? [names[index] || `Switch${index + 1}`] : [],
  );
}

function wordsOf(config: Fields): Words {
  const [off = '', on = ''] = texts(config, 'state');
  return {
    off: off === '' ? firmwareWords.off : off,
    on: on === '' ? firmwareWords.on : on,
    offline: text(config, 'ofln') ?? firmwareWords.offline,
    online: text(config, 'onln') ?? firmwareWords.online,
  };
}

function topicsOf(config: Fields, mac: string): Pick<Announcement, 'topic' | 'fullTopic' | 'topics'> | undefined {
  const topic = text(config, 't');
  const fullTopic = text(config, 'ft');
  const [cmnd, stat, tele] = texts(config, 'tp');
  if (!topic || !fullTopic || !cmnd || !stat || !tele) return undefined;
  const hostname = text(config, 'hn');
  const topics = new Topics({ topic, fullTopic, prefixes: [cmnd, stat, tele], hostname, id: mac });
  return { topic, fullTopic, topics };
}

/** The announcement under this MAC address; undefined if it is none, or another's. */
export function announcementOf(mac: string, payload: Uint8Array): Announcement | undefined {
  const config = payloadFields(payload, maxPayloadBytes);
  if (config === undefined || fieldOf(config, 'mac') !== mac) return undefined;
  const addressing = topicsOf(config, mac);
  if (addressing === undefined) return undefined;
  const setOptions = fieldOf(config, 'so');
  const so = isFields(setOptions) ? setOptions : {};
  return {
    mac,
    ...addressing,
    name: printable(text(config, 'dn') ?? addressing.topic),
    module: printable(text(config, 'md') ?? ''),
    version: printable(text(config, 'sw') ?? ''),
    words: wordsOf(config),
    relays: numbers(config, 'rl', maxRelays),
    fan: bit(config, 'if'),
    light: Number(fieldOf(config, 'lt_st')) || 0,
    linked: bit(config, 'lk'),
    channels: bit(so, '68'),
    reducedTemperatures: bit(so, '82'),
    shutterOptions: numbers(config, 'sho', maxShutters),
    followers: followersOf(config),
  };
}

/** What its telemetry holds, from `tasmota/discovery/<MAC>/sensors`. */
export function announcedSensors(payload: Uint8Array): Fields | undefined {
  const outer = payloadFields(payload, maxPayloadBytes);
  const sensors = outer && fieldOf(outer, 'sn');
  return isFields(sensors) ? sensors : undefined;
}

/** Of a module's name, for a model's. */
export function makeOf(module: string): string {
  return module === '' ? 'device' : nameOf(module).slice(0, 40).replace(/-+$/, '');
}
