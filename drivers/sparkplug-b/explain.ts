import type { Passed } from '../../src/driver/index.ts';
import { decodePayload, type RawMetric } from './payload.ts';

/** A payload in words, for whoever reads the trace. States of hosts are JSON. */
export function explain({ bytes, topic = '' }: Passed): object | undefined {
  if (!topic.startsWith('spBv1.0/') || topic.startsWith('spBv1.0/STATE/')) return undefined;
  const { timestamp, seq, metrics } = decodePayload(bytes);
  return {
    ...(timestamp !== undefined && { timestamp: Number(timestamp) }),
    ...(seq !== undefined && { seq: Number(seq) }),
    metrics: metrics.map(metricOf),
  };
}

function metricOf({ name, alias, datatype, isNull, historical, value }: RawMetric): object {
  return {
    ...(name !== undefined && { name }),
    ...(alias !== undefined && { alias: String(alias) }),
    ...(datatype !== undefined && { datatype }),
    ...(historical && { historical }),
    value: isNull ? null : valueOf(value),
  };
}

function valueOf(value: RawMetric['value']): unknown {
  if (value === undefined || value.kind === 'other') return undefined;
  if (typeof value.value === 'bigint') return String(value.value);
  return value.value instanceof Uint8Array ? Buffer.from(value.value).toString('utf8') : value.value;
}
