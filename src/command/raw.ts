import type { Device } from '../device/device.ts';
import type { Raw, RawReply, ReplyWanted } from '../device/raw.ts';
import type { Handler } from '../device/session.ts';
import type { CommandSpec, JsonSchema } from '../driver/spec.ts';
import { BellcrankError } from '../errors.ts';
import type { Resolved } from './step.ts';

/** Longest that the whole of it takes, its wait for the line included. */
const timeoutMs = 60_000;
const maxBytes = 16_384;

/** What leaves is somebody's own affair: it may do anything, and nobody but the wire confirms it. */
export const rawSpec = { effect: 'actuate', confirmation: 'sent', timeoutMs } satisfies Partial<CommandSpec>;

const hex = '([0-9a-fA-F]{2})+';

const expectReply: JsonSchema = {
  type: 'object',
  description: 'Listen for what the line says next, and answer with it.',
  properties: {
    timeoutMs: { type: 'integer', minimum: 1, maximum: 30_000, unit: 'ms', description: 'Longest wait for its end.' },
    maxBytes: { type: 'integer', minimum: 1, maximum: maxBytes, description: 'It ends when it is this long.' },
    until: {
      type: 'string',
      pattern: `^(quiet|${hex})$`,
      maxLength: 64,
      description: 'What ends it: `quiet`, silence (the default), or bytes as hexadecimal digits (`0d0a`).',
    },
  },
  required: ['timeoutMs', 'maxBytes'],
  additionalProperties: false,
};

const bytesParams: JsonSchema = {
  type: 'object',
  properties: {
    text: { type: 'string', minLength: 1, maxLength: maxBytes, description: 'Sent as UTF-8; nothing is appended.' },
    hex: { type: 'string', pattern: `^${hex}$`, maxLength: 2 * maxBytes, description: 'Bytes as hexadecimal digits.' },
    base64: {
      type: 'string',
      minLength: 4,
      maxLength: 2 * maxBytes,
      // RFC 4648 §3.5: bits that no byte needs are zero.
      pattern: '^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$',
    },
    expectReply,
  },
  oneOf: [{ required: ['text'] }, { required: ['hex'] }, { required: ['base64'] }],
  additionalProperties: false,
};

const messageParams: JsonSchema = {
  type: 'object',
  properties: {
    // MQTT 5.0 §3.3.2.1: nobody publishes to a filter.
    topic: { type: 'string', pattern: '^[^+#\\u0000]+$', maxLength: 1000, description: 'Where it is published.' },
    payload: { type: 'string', maxLength: maxBytes, description: 'Sent as UTF-8.' },
    qos: { type: 'integer', enum: [0, 1, 2], description: '0 if absent: now or not at all.' },
  },
  required: ['topic', 'payload'],
  additionalProperties: false,
};

const reply: JsonSchema = {
  type: 'object',
  description: 'What the line said, where that was asked for.',
  properties: {
    replyHex: { type: 'string', description: 'As hexadecimal digits.' },
    replyText: { type: 'string', description: 'The same bytes as Latin-1; what cannot be printed is escaped (`\\r`).' },
    ended: {
      type: 'string',
      enum: ['terminator', 'quiet', 'full', 'timeout'],
      description: 'Why no more was waited for. `timeout` with an empty reply: nothing came.',
    },
  },
  required: ['replyHex', 'replyText', 'ended'],
  additionalProperties: false,
};

/** The schemas of the command for a device, by what its connection carries; undefined where it has none. */
export function rawSchemasOf(device: Device): { params: JsonSchema; result: JsonSchema } | undefined {
  if (device.carries === 'none' || device.deniesRaw) return undefined;
  return device.carries === 'bytes' ? { params: bytesParams, result: reply } : { params: messageParams, result: {} };
}

/** The result is ours, not the device's, and absent where no reply was asked for. */
const anything: JsonSchema = {};

/** A command of every device that has a connection, unless it is denied. After it the line is brought back into step. */
export function resolveRaw(device: Device): Resolved {
  const schemas = rawSchemasOf(device);
  if (schemas === undefined) {
    const why = device.carries === 'none' ? 'has no connection' : 'is configured with deny: [raw]';
    throw new BellcrankError('command-not-found', `device ${device.id} takes nothing raw: it ${why}`);
  }
  return {
    spec: rawSpec,
    params: schemas.params,
    result: anything,
    resync: true,
    handler: (session, params) => answering(device.rawHandler(session, rawOf(params as RawParams))), // validated
    verification: () => undefined,
  };
}

interface RawParams {
  readonly text?: string;
  readonly hex?: string;
  readonly base64?: string;
  readonly expectReply?: { readonly timeoutMs: number; readonly maxBytes: number; readonly until?: string };
  readonly topic?: string;
  readonly payload?: string;
  readonly qos?: 0 | 1 | 2;
}

function rawOf({ text, hex, base64, expectReply, topic, payload = '', qos = 0 }: RawParams): Raw {
  for (const [name, given] of Object.entries({ text, topic, payload })) assertText(name, given);
  if (topic !== undefined) return { topic, payload, qos };
  const bytes = Buffer.from(text ?? hex ?? base64 ?? '', text === undefined ? hexOr64(hex) : 'utf8');
  return { bytes, reply: expectReply && wantedOf(expectReply) };
}

/** Half of a surrogate pair has no bytes in UTF-8: something else would be sent. */
function assertText(name: string, text: string | undefined): void {
  if (text === undefined || text.isWellFormed()) return;
  const detail = 'holds half of a surrogate pair, which has no bytes in UTF-8; send bytes as hex';
  throw new BellcrankError('invalid-request', `/${name} ${detail}`, { errors: [{ pointer: `/${name}`, detail }] });
}

function hexOr64(hex: string | undefined): 'hex' | 'base64' {
  return hex === undefined ? 'base64' : 'hex';
}

function wantedOf({ until = 'quiet', ...bounds }: NonNullable<RawParams['expectReply']>): ReplyWanted {
  return { ...bounds, until: until === 'quiet' ? until : Buffer.from(until, 'hex') };
}

function answering(handler: Handler): Handler {
  return async (call) => {
    const reply = (await handler(call)) as RawReply | undefined; // what the handler says it returns
    if (reply === undefined) return undefined;
    const buffer = Buffer.from(reply.bytes);
    return { replyHex: buffer.toString('hex'), replyText: escaped(buffer.toString('latin1')), ended: reply.ended };
  };
}

const names: Readonly<Record<string, string>> = { '\\': '\\\\', '\r': '\\r', '\n': '\\n', '\t': '\\t' };

function escaped(text: string): string {
  return text.replaceAll(/[^\u0020-\u005b\u005d-\u007e\u00a0-\u00ff]/g, (character) => {
    return names[character] ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}
