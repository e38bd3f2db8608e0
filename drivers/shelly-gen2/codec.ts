import {
  BellcrankError,
  type Fields,
  fieldOf,
  isFields,
  type Message,
  payloadFields,
  payloadText,
} from '../../src/driver/index.ts';

/** A request frame (docs, "RPC protocol": request frame). The answer comes on `<src>/rpc`. */
export function requestFrame(id: string, src: string, method: string, params?: Fields): string {
  return JSON.stringify({ id, src, method, ...(params !== undefined && { params }) });
}

/** The id of an answer: a number or a text. What has a method is a request of somebody's, and no answer. */
export function idOf({ payload }: Message): string | undefined {
  const frame = payloadFields(payload);
  if (frame === undefined || Object.hasOwn(frame, 'method')) return undefined;
  const id = fieldOf(frame, 'id');
  return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined;
}

/** The result in an answer. Throws what the device says in its `error`, and `device-protocol` for neither. */
export function resultOf({ payload, topic }: Message): unknown {
  const frame = payloadFields(payload) ?? {};
  const error = fieldOf(frame, 'error');
  if (error !== undefined) throw errorOf(error);
  if (Object.hasOwn(frame, 'result')) return frame['result'];
  throw new BellcrankError('device-protocol', `the answer on ${topic} has neither a result nor an error`);
}

export function fieldsOf(message: Message): Fields {
  const result = resultOf(message);
  if (isFields(result)) return result;
  throw new BellcrankError('device-protocol', `the result on ${message.topic} is not an object`);
}

/**
 * Codes that say that nothing was done (docs, "Common errors"): wrong arguments, no such component, a limit is reached, not
 * in this state; and those of the server: no login, not allowed, no such method.
 */
const refusals = new Set([-103, -105, -108, -109, 400, 401, 403, 404]);
/** DEADLINE EXCEEDED: it began, and does not know how it ended. */
const deadlineExceeded = -104;

function errorOf(error: unknown): BellcrankError {
  const given = isFields(error) ? error : {};
  const code = fieldOf(given, 'code');
  const said = fieldOf(given, 'message');
  if (typeof code !== 'number')
    return new BellcrankError('device-protocol', 'the device tells an error without a code');
  const device = { code: String(code), text: typeof said === 'string' ? said : '' };
  const text = `${code} ${device.text}`.trim();
  if (refusals.has(code)) return new BellcrankError('device-refused', `the device refused: ${text}`, { device });
  if (code === deadlineExceeded) {
    return new BellcrankError('device-timeout', `the device does not know whether it did it: ${text}`, { device });
  }
  return new BellcrankError('device-failed', `the device failed: ${text}`, { device });
}

/** What `<prefix>/online` says; undefined for anything else. */
export function onlineOf(payload: Uint8Array): boolean | undefined {
  const text = payloadText(payload, 16);
  if (text === 'true') return true;
  return text === 'false' ? false : undefined;
}

/** What happened at a component. */
export interface Happening {
  readonly component: string;
  readonly event: string;
}

export type Notification =
  | { readonly kind: 'status'; readonly whole: boolean; readonly status: Fields }
  | { readonly kind: 'events'; readonly events: readonly Happening[] };

const maxEvents = 50;

/** A notification frame on `<prefix>/events/rpc` (docs, "Notifications"); undefined for what is none. */
export function notificationOf(payload: Uint8Array): Notification | undefined {
  const frame = payloadFields(payload) ?? {};
  const params = fieldOf(frame, 'params');
  if (!isFields(params)) return undefined;
  switch (fieldOf(frame, 'method')) {
    case 'NotifyStatus':
      return { kind: 'status', whole: false, status: params };
    case 'NotifyFullStatus':
      return { kind: 'status', whole: true, status: params };
    case 'NotifyEvent':
      return { kind: 'events', events: happeningsOf(fieldOf(params, 'events')) };
    default:
      return undefined;
  }
}

function happeningsOf(events: unknown): readonly Happening[] {
  const list = Array.isArray(events) ? (events as readonly unknown[]).slice(0, maxEvents) : [];
  return list.flatMap((given) => {
    if (!isFields(given)) return [];
    const [component, event] = [fieldOf(given, 'component'), fieldOf(given, 'event')];
    return typeof component === 'string' && typeof event === 'string' ? [{ component, event }] : [];
  });
}
