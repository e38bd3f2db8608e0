import type { Device } from '../../device/device.ts';
import { escaped } from '../../recording/index.ts';
import { deviceOf, type TraceEntry, type TracedMessage } from '../../transport/trace/index.ts';
import { decodedOf } from './decoded.ts';
import { timeOf } from '../views.ts';

/** An entry as JSON, for who asks about a device. */
export function entryView(entry: TraceEntry, asked: Device): object {
  const { sequence, at, time, kind } = entry;
  const when = { sequence, at: timeOf(time), monotonicMs: Math.round(at * 1000) / 1000 };
  if (entry.kind === 'wire') {
    return { ...when, kind, what: entry.what, ...(entry.detail !== undefined && { detail: entry.detail }) };
  }
  const { cutFrom, call } = entry;
  const device = deviceOf(entry, asked.id);
  const decoded = decodedOf(entry, asked);
  return {
    ...when,
    kind,
    ...('bytes' in entry ? dataView(entry.bytes) : { message: messageView(entry.message) }),
    ...(decoded !== undefined && { decoded }),
    ...(cutFrom !== undefined && { cutFrom }),
    ...(device !== undefined && { device }),
    ...(call !== undefined && { call }),
  };
}

function dataView(bytes: Uint8Array): { readonly hex: string; readonly text: string } {
  return { hex: Buffer.from(bytes).toString('hex'), text: escaped(bytes) };
}

function messageView({ payload, correlationData, ...message }: TracedMessage): object {
  return {
    ...message,
    ...dataView(payload),
    ...(correlationData !== undefined && { correlationData: Buffer.from(correlationData).toString('hex') }),
  };
}
