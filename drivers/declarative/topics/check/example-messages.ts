import { isDeepStrictEqual } from 'node:util';
import type { Message, Publication } from '../../../../src/driver/index.ts';
import type { HeardMessage } from '../topic-map.ts';

/** A payload as it is written in an example: text as it stands, all else as JSON. */
export function payloadText(payload: unknown): string {
  if (payload === undefined) return '';
  return typeof payload === 'string' ? payload : JSON.stringify(payload);
}

export function messageOf({ topic, payload, retained }: HeardMessage): Message {
  return { topic, payload: Buffer.from(payloadText(payload)), retained: retained === true };
}

/** Text must be the same to the byte; JSON that is written as such may have its members in any order. */
export function samePayload(wanted: unknown, text: string): boolean {
  if (wanted === undefined || typeof wanted === 'string') return (wanted ?? '') === text;
  try {
    return isDeepStrictEqual(JSON.parse(text), wanted);
  } catch {
    return false;
  }
}

export function shown({ topic, payload }: Publication): string {
  return `${topic}: ${String(payload).slice(0, 200)}`;
}
