import { type Fields, fieldOf, payloadFields, payloadText } from '../../src/driver/index.ts';

/** What zigbee2mqtt says went wrong while it carried out a message of somebody's. */
export interface Failure {
  readonly type: 'get' | 'set';
  readonly key: string;
  readonly name: string;
  readonly text: string;
}

/**
 * `online` or `offline`: plain text in 1.x with its legacy payloads, `{"state":"online"}` since (docs, "bridge/state",
 * "availability"). Undefined for anything else.
 */
export function onlineOf(payload: Uint8Array): boolean | undefined {
  const text = payloadText(payload, 1000);
  const fields = payloadFields(payload, 1000);
  const state = fields === undefined ? text : fieldOf(fields, 'state');
  if (state === 'online') return true;
  return state === 'offline' ? false : undefined;
}

/** `Publish 'set' 'state' to 'lamp' failed: 'Error: …'`; before 2.x with a `z2m: ` or another namespace before it. */
const failed = /^(?:[\w:-]+: )?Publish '(get|set)' '([^']*)' to '(.*?)' failed: '?(.*?)'?$/su;

/** Why a message of somebody's was not carried out, if this line of `bridge/logging` says so. */
export function failureOf(payload: Uint8Array): Failure | undefined {
  const fields = payloadFields(payload, 64 * 1024);
  if (fields === undefined || fieldOf(fields, 'level') !== 'error') return undefined;
  const message = fieldOf(fields, 'message');
  if (typeof message !== 'string' || message.length > 4000) return undefined;
  const [, type, key = '', name = '', text = ''] = failed.exec(message) ?? [];
  return type === 'get' || type === 'set' ? { type, key, name, text: text.slice(0, 400) } : undefined;
}

/**
 * The status with which the device itself answered, where the failure tells one: `failed (Status 'UNSUPPORTED_COMMAND')`
 * by zigbee-herdsman, for a default response that is no success (ZCL 2.5.12).
 */
export function statusOf({ text }: Failure): string | undefined {
  return /\(Status '([\w ]{1,60})'\)/.exec(text)?.[1];
}

/** The fields of a state message; undefined if it is none. */
export function stateOf(payload: Uint8Array): Fields | undefined {
  return payloadFields(payload);
}

export const setTopic = (base: string, name: string): string => `${base}/${name}/set`;
export const getTopic = (base: string, name: string): string => `${base}/${name}/get`;
