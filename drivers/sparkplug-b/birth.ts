import type { Announced } from './describe.ts';
import { datatypeOf } from './datatypes.ts';
import type { IntegerField } from './command.ts';
import type { Payload, RawMetric } from './payload.ts';

/** What a birth certificate says of the metrics, beside their values. */
export interface Birth {
  readonly announced: readonly Announced[];
  readonly names: ReadonlyMap<bigint, string>;
  readonly aliases: ReadonlyMap<string, bigint>;
  /** The field that each integer came in, which is where its device will look for it. */
  readonly integerFields: ReadonlyMap<string, IntegerField>;
  readonly manufacturer?: string;
  /** Make and type, as it names them. */
  readonly type?: string;
}

/** The number of the node's MQTT session (Sparkplug 3.0 §6.4.21). */
export function bdSeqOf({ metrics }: Payload): bigint | undefined {
  const value = metrics.find(({ name }) => name === 'bdSeq')?.value;
  return value?.kind === 'long' || value?.kind === 'int' ? value.value : undefined;
}

/** Throws for what is no birth certificate: a metric without a name or a type, one alias for two. */
export function readBirth({ metrics }: Payload): Birth {
  if (metrics.length === 0) throw new Error('a birth certificate without a metric');
  const names = new Map<bigint, string>();
  const aliases = new Map<string, bigint>();
  const integerFields = new Map<string, IntegerField>();
  const announced = metrics.map((metric) => {
    const { name, alias, value } = metric;
    if (name === undefined || name === '') throw new Error('a birth certificate with a metric that has no name');
    if (alias !== undefined) {
      if ((names.get(alias) ?? name) !== name) throw new Error(`the alias ${alias} stands for two metrics`);
      names.set(alias, name);
      aliases.set(name, alias);
    }
    if (value?.kind === 'int' || value?.kind === 'long') integerFields.set(name, value.kind);
    return announce(name, metric);
  });
  const manufacturer = textOf(metrics, makes);
  const type = textOf(metrics, types);
  return {
    announced,
    names,
    aliases,
    integerFields,
    ...(manufacturer !== undefined && { manufacturer }),
    ...(type !== undefined && { type }),
  };
}

function announce(name: string, { datatype, properties }: RawMetric): Announced {
  if (datatype === undefined) throw new Error(`the metric ${name.slice(0, 100)} has no type`);
  const unit = properties.get('engUnit');
  const low = properties.get('engLow');
  const high = properties.get('engHigh');
  return {
    name,
    type: datatypeOf(datatype) ?? datatype,
    ...(typeof unit === 'string' && { unit }),
    ...(typeof low === 'number' && { low }),
    ...(typeof high === 'number' && { high }),
    ...(properties.get('readOnly') === true && { readOnly: true }),
  };
}

/** What nodes call their make and type; the specification's own examples name them so (§6.4.19). */
const makes = [
  'Properties/Hardware Make',
  'Properties/hw_make',
  'Node Info/Hardware Make',
  'Device Info/Hardware Make',
];
const types = [
  'Properties/Hardware Model',
  'Properties/hw_model',
  'Node Info/Hardware Model',
  'Device Info/Hardware Model',
];

function textOf(metrics: readonly RawMetric[], names: readonly string[]): string | undefined {
  for (const { name, value } of metrics) {
    if (name === undefined || !names.includes(name) || value?.kind !== 'string') continue;
    const text = Buffer.from(value.value).toString('utf8').slice(0, 40).trim();
    if (/^[\p{L}\p{N}\p{P}\p{S} ]+$/u.test(text)) return text;
  }
  return undefined;
}
