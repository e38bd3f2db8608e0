import {
  BellcrankError,
  type Confirmation,
  type DeviceError,
  fieldOf,
  type Fields,
  isFields,
  type Message,
  payloadJson,
  payloadText,
  tellsAll,
} from '../../src/driver/index.ts';
import type { Places } from './dialect.ts';
import { confirmationOf, type Method } from './model.ts';
import { valueAt } from './pointer.ts';

/** What an answer brings. Throws what it refuses, how it failed, and `device-protocol` for nonsense. */
export function resultOf(message: Message, method: Method, places: Places): unknown {
  checkStatus(message);
  const json = payloadJson(message.payload);
  const error = valueAt(json?.value, places.error);
  if (error !== undefined && error !== null) throw errorAt(error);
  if (method.result === undefined) return {};
  const result = valueAt(json?.value, places.result);
  if (result !== undefined) return result;
  throw new BellcrankError('device-protocol', `the answer on ${message.topic} has no result that could be read`);
}

/** Whether the result reports the state that was asked for. Throws `verify-mismatch` if it reports another one. */
export function checkConfirmed(result: unknown, params: Fields, { confirmedBy = {} }: Method): void {
  for (const [param, pointer] of Object.entries(confirmedBy)) {
    if (!Object.hasOwn(params, param) || tellsAll(params[param], valueAt(result, pointer))) continue;
    const told = JSON.stringify(valueAt(result, pointer)) ?? 'nothing';
    throw new BellcrankError('verify-mismatch', `the device answered, and reports ${told.slice(0, 200)} for ${param}`);
  }
}

/** What its answer is worth: it confirms nothing where no parameter was given whose state it reports. */
export function levelOf(method: Method, params: Fields): Confirmation {
  const level = confirmationOf(method);
  if (level !== 'confirmed') return level;
  const isReported = Object.keys(method.confirmedBy ?? {}).some((param) => Object.hasOwn(params, param));
  return isReported ? level : 'acknowledged';
}

/** A user property `status` with the codes of HTTP: 2 it did it, 4 it refused, 5 it failed. */
function checkStatus({ userProperties = {}, payload, topic }: Message): void {
  const status = Object.hasOwn(userProperties, 'status') ? userProperties['status'] : undefined;
  if (status === undefined) return;
  if (!/^[2-5]\d\d$/.test(status)) {
    throw new BellcrankError('device-protocol', `the status of the answer on ${topic} is no code`);
  }
  if (!status.startsWith('2')) throw failure({ code: status, text: (payloadText(payload) ?? '').slice(0, 500) });
}

/** A text, or an object with a `code` and a `message`. */
function errorAt(error: unknown): BellcrankError {
  if (!isFields(error)) return failure({ code: '', text: typeof error === 'string' ? error : JSON.stringify(error) });
  const [code, text] = [fieldOf(error, 'code'), fieldOf(error, 'message')];
  return failure({
    code: typeof code === 'string' || typeof code === 'number' ? String(code) : '',
    text: typeof text === 'string' ? text : '',
  });
}

/** Codes of HTTP that say that nobody knows what became of it. */
const unknown = new Set(['408', '504']);

/** Whether nothing was done: the codes of HTTP, and JSON-RPC 2.0, 5.1 (from parse error to invalid params). */
function isRefusal(code: string): boolean {
  if (/^4\d\d$/.test(code)) return true;
  return ['-32700', '-32600', '-32601', '-32602'].includes(code);
}

function failure(device: DeviceError): BellcrankError {
  const said = `${device.code} ${device.text}`.trim();
  if (unknown.has(device.code)) {
    return new BellcrankError('device-timeout', `the device does not know whether it did it: ${said}`, { device });
  }
  if (isRefusal(device.code)) return new BellcrankError('device-refused', `the device refused: ${said}`, { device });
  return new BellcrankError('device-failed', `the device failed: ${said}`, { device });
}
