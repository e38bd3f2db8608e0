import { findingText, readDefinition } from '../../drivers/declarative/definition/dialect.ts';
import type { TopicMapSource } from '../../drivers/declarative/topics/topic-map.ts';
import { topicMaps } from '../../drivers/declarative/topics/understand.ts';

/** A topic map from its text; fails with what is wrong with it. */
export function topicMapOf(text: string): TopicMapSource {
  const { result, findings } = readDefinition({ name: 'test.yaml', text }, () => undefined, [topicMaps]);
  if (result === undefined || findings.length > 0) throw new Error(findings.map(findingText).join('\n'));
  return result;
}

/** Definitions that between them use all of the language. */
export const topicMapTexts = {
  /** JSON on one state topic, words for booleans, a scale, refusals on a topic of their own, a last will. */
  lamp: `
model: test-lamp
summary: A lamp for tests
options: { topic: { type: string, default: lamp } }
topics: { replyTimeoutMs: 300, availability: { topic: '{topic}/status' } }
errors:
  - { topic: '{topic}/error', json: { code: /code, text: /message } }
properties:
  on:
    schema: { type: boolean }
    values: { 'true': 'ON', 'false': 'OFF' }
    pushed: { topic: '{topic}/state', json: /power, retained: true }
    read: { send: { topic: '{topic}/get' }, reply: state }
    write: { send: { topic: '{topic}/set', payload: { power: '{value}' } }, reply: state }
  brightness:
    schema: { type: integer, unit: '%', minimum: 0, maximum: 100 }
    scale: 0.39215686
    decimals: 0
    pushed: { topic: '{topic}/state', json: /bri }
    write: { send: { topic: '{topic}/set', payload: { bri: '{value}' } }, reply: state }
  label:
    schema: { type: string, maxLength: 20 }
    pushed: { topic: '{topic}/label', payload: '{value:%#s}' }
    write: { send: { topic: '{topic}/label/set', payload: 'label={value:%#s}' } }
commands:
  set:
    effect: idempotent
    partial: true
    params: { on: { type: boolean }, level: { type: integer, minimum: 0, maximum: 255 } }
    send: { topic: '{topic}/set', payload: { power: '{on}', bri: '{level}' }, fields: { on: { values: { 'true': 'ON', 'false': 'OFF' } } } }
    reply: { topic: '{topic}/done', json: { on: /power }, match: { on: '{on}' }, fields: { on: { values: { 'true': 'ON', 'false': 'OFF' } } } }
  blink:
    effect: actuate
    params: { times: { type: integer, minimum: 1, maximum: 9 } }
    result: { total: { type: integer } }
    send: { topic: '{topic}/blink', payload: '{times}' }
    reply: { topic: '{topic}/ack', payload: 'blinked {times} of {total:%d}' }
  nudge: { effect: actuate, send: { topic: '{topic}/nudge', payload: { n: 1 }, qos: 0 } }
stop: { summary: Lamp off, send: { topic: '{topic}/set', payload: { power: 'OFF' } }, reply: { state: { on: false } } }
events:
  pressed: { data: { button: { type: integer } }, topic: '{topic}/button', json: { button: /n }, match: { /kind: press } }
examples:
  - { reply: { topic: lamp/state, payload: { power: 'ON', bri: 255 } }, read: { on: true, brightness: 100 }, manual: §1 }
  - { reply: { topic: lamp/state, payload: { power: 'ON' }, retained: true }, read: { on: true }, manual: §1 }
  - { send: { topic: lamp/get }, reply: { topic: lamp/state, payload: { power: 'OFF' } }, read: { on: false }, manual: §1 }
  - { send: { topic: lamp/set, payload: { power: 'ON' } }, reply: { topic: lamp/state, payload: { power: 'ON' } }, write: { on: true }, manual: §1 }
  - { send: { topic: lamp/set, payload: { bri: 128 } }, reply: { topic: lamp/state, payload: { bri: 128 } }, write: { brightness: 50 }, manual: §1 }
  - { send: { topic: lamp/label/set, payload: label=Küche }, write: { label: Küche }, manual: §1 }
  - { send: { topic: lamp/blink, payload: '3' }, reply: { topic: lamp/ack, payload: blinked 3 of 12 }, command: { blink: { times: 3 } }, result: { total: 12 }, manual: §2 }
  - { send: { topic: lamp/blink, payload: '9' }, reply: { topic: lamp/error, payload: { code: 7, message: too often } }, command: { blink: { times: 9 } }, error: '7', manual: §2 }
  - { send: { topic: lamp/set, payload: { power: 'ON', bri: 9 } }, reply: { topic: lamp/done, payload: { power: 'ON' } }, command: { set: { 'on': true, level: 9 } }, manual: §2 }
  - { send: { topic: lamp/nudge, payload: { n: 1 } }, command: { nudge: {} }, manual: §2 }
  - { reply: { topic: lamp/button, payload: { kind: press, n: 2 } }, event: { pressed: { button: 2 } }, manual: §3 }
  - { reply: { topic: lamp/status, payload: online }, online: true, manual: §3 }
simulator:
  initial: { label: Flur, total: 12 }
  sets: { set: { 'on': 'on' } }
  refuse: [{ on: blink, param: times, above: 8, code: '7', text: too often }]
`,
  /** Answers by an id in the JSON, channels, properties that are asked for together. */
  relays: `
model: test-relays
summary: Relays for tests
options:
  base: { type: string, default: house/hall }
  channels: { type: integer, minimum: 1, maximum: 4, default: 2 }
topics: { paths: [base], replyTimeoutMs: 300 }
errors:
  - { json: { id: /id, code: /error/code, text: /error/text } }
properties:
  relay-{channel}:
    each: { channel: [1, '{channels}'] }
    schema: { type: boolean }
    pollMs: 1000
    read: { send: { topic: '{base}/rpc', payload: { id: '{id}', get: '{channel}' } }, reply: { topic: '{base}/rpc/reply', json: { id: /id, value: /on } } }
    write: { send: { topic: '{base}/rpc', payload: { id: '{id}', set: '{channel}', 'on': '{value}' } }, reply: { topic: '{base}/rpc/reply', json: { id: /id } } }
    verify: {}
  temperature:
    schema: { type: number, unit: °C }
    pollMs: 1000
    read: { send: { topic: '{base}/climate/get' }, reply: { topic: '{base}/climate', json: { value: { at: /temp, as: '{value:%.1f}' } } } }
  humidity:
    schema: { type: number, unit: '%' }
    pollMs: 1000
    read: { send: { topic: '{base}/climate/get' }, reply: { topic: '{base}/climate', json: { value: { at: /hum, as: '{value:%.1f}' } } } }
commands:
  pulse:
    effect: actuate
    params: { channel: { type: integer, minimum: 1, maximum: 4 }, ms: { type: integer, minimum: 10, maximum: 5000, default: 100 } }
    send: { topic: '{base}/pulse/{channel}/{id}', payload: '{ms:%d}' }
    reply: { topic: '{base}/pulsed/{id}', payload: ok }
examples:
  - { send: { topic: house/hall/rpc, payload: { id: 5, get: 2 } }, reply: { topic: house/hall/rpc/reply, payload: { id: 5, 'on': true } }, id: 5, read: { relay-2: true }, manual: §1 }
  - { send: { topic: house/hall/rpc, payload: { id: 1, set: 1, 'on': true } }, reply: { topic: house/hall/rpc/reply, payload: { id: 1 } }, write: { relay-1: true }, manual: §1 }
  - { send: { topic: house/hall/rpc, payload: { id: 1, set: 1, 'on': true } }, reply: { topic: house/hall/rpc/reply, payload: { id: 1, error: { code: 3, text: locked } } }, write: { relay-1: true }, error: '3', manual: §1 }
  - { send: { topic: house/hall/climate/get }, reply: { topic: house/hall/climate, payload: { temp: '21.5', hum: '40.0' } }, read: { temperature: 21.5, humidity: 40 }, manual: §2 }
  - { send: { topic: house/hall/pulse/2/9, payload: '100' }, reply: { topic: house/hall/pulsed/9, payload: ok }, id: 9, command: { pulse: { channel: 2 } }, manual: §3 }
`,
  /** Answers by response topic and correlation data. */
  meter: `
model: test-meter
summary: A meter for tests
options: { serial: { type: string, default: m1 } }
topics: { replyTimeoutMs: 300 }
properties:
  power:
    schema: { type: number, unit: W }
    pollMs: 1000
    read: { send: { topic: 'meter/{serial}/get', payload: power }, reply: { topic: 'meter/{serial}/reply', payload: '{value}' }, correlate: mqtt5 }
  tariff:
    schema: { type: string, enum: [day, night] }
    values: { day: 1, night: 2 }
    pushed: { topic: 'meter/{serial}/tariff', payload: '{value:%d}' }
commands:
  choose:
    effect: idempotent
    params: { tariff: { type: string, enum: [day, night] } }
    send: { topic: 'meter/{serial}/choose', payload: { tariff: '{tariff}' }, fields: { tariff: { values: { day: 1, night: 2 } } } }
    reply: { state: { tariff: '{tariff}' } }
  zero:
    effect: actuate
    send: { topic: 'meter/{serial}/zero' }
    reply: { topic: 'meter/{serial}/reply', payload: ok }
    correlate: mqtt5
examples:
  - { send: { topic: meter/m1/get, payload: power }, reply: { topic: meter/m1/reply, payload: '230.5' }, read: { power: 230.5 }, manual: §1 }
  - { send: { topic: meter/m1/choose, payload: { tariff: 2 } }, reply: { topic: meter/m1/tariff, payload: '2' }, command: { choose: { tariff: night } }, manual: §2 }
  - { send: { topic: meter/m1/zero }, reply: { topic: meter/m1/reply, payload: ok }, command: { zero: {} }, manual: §2 }
`,
} as const;
