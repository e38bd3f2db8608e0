import { expect, test } from 'vitest';
import { schemaType } from '../../src/cli/client/schema-type.ts';
import { commonSchemas } from '../../src/http/openapi-schemas.ts';
import { streamSchemas } from '../../src/http/stream/schemas.ts';
import { compiled } from '../support/compiled.ts';

/** The client's types, which are written by hand, by the service's own schema. */
const views = {
  Device: 'DeviceView',
  DeviceDetail: 'DeviceDetailView',
  Limit: 'Limit',
  Reading: 'PropertyView',
  Command: 'CommandView',
  CommandError: 'CommandErrorView',
  CommandSpec: 'CommandSpec',
  WriteSpec: 'WriteSpec',
  EventSpec: 'EventSpec',
  StopSpec: 'StopSpec',
  Model: 'ModelView',
  DryRun: 'DryRunView',
  StopResult: 'StopView',
  StopResults: 'StopsView',
  Lease: 'LeaseView',
  GrantedLease: 'GrantedLeaseView',
  Sample: 'SampleView',
  Bucket: 'BucketView',
  Samples: 'SamplesView',
  Buckets: 'BucketsView',
  Candidate: 'CandidateView',
  Problem: 'ProblemView',
  Alarm: 'AlarmView',
  StreamSnapshot: 'DeviceSnapshot',
  StreamAlarms: 'AlarmsSnapshot',
  StreamSynced: 'Synced',
  StreamProperty: 'PropertyChange',
  StreamCommand: 'CommandChange',
  StreamEvent: 'DeviceEvent',
  StreamDevice: 'DeviceChange',
  StreamLease: 'LeaseChange',
  StreamSimulator: 'SimulatorChange',
  StreamCandidate: 'CandidateChange',
  StreamAlarm: 'AlarmChange',
  StreamGap: 'Gap',
} as const;

const served = { ...commonSchemas, ...streamSchemas };

type Schemas = Readonly<Record<string, unknown>>;

/** A schema with those that it refers to in their places. */
function whole(schema: unknown, schemas: Schemas): unknown {
  if (Array.isArray(schema)) return schema.map((one: unknown) => whole(one, schemas));
  if (typeof schema !== 'object' || schema === null) return schema;
  const { $ref } = schema as { readonly $ref?: string };
  if ($ref !== undefined) return whole(schemas[$ref.replace('#/components/schemas/', '')], schemas);
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, whole(value, schemas)]));
}

/**
 * Field by field: whether it may be missing, and its words where it is one of a few. What is open in the schema (specs, which
 * drivers may add to) is compared by the fields that it names.
 */
const comparison = `
type Named<T> = { -readonly [K in keyof T as string extends K ? never : K]: T[K] };
type Presence<T, K extends keyof T> = {} extends Pick<T, K> ? 'optional' : 'required';
type Words<V> = string extends V ? string : Extract<V, string>;
type Field<T, K extends keyof T> = [Presence<T, K>, [unknown] extends [T[K]] ? unknown : Words<T[K]>];
type Fields<T> = { -readonly [K in keyof T]-?: Field<T, K> };
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type At<T, K> = K extends keyof T ? T[K] : 'missing';
type Differing<A, B> = { [K in keyof A | keyof B]: Same<At<A, K>, At<B, K>> extends true ? never : K }[keyof A | keyof B];
type Names<K> = [K] extends [never] ? 'none' : K;
export type Compared<Schema, View> = Names<Differing<Fields<Named<Schema>>, Fields<Named<View>>>>;
`;

function comparing(schemas: Schemas): Readonly<Record<string, string>> {
  const lines = Object.entries(views).map(([name, view]) => {
    const type = schemaType(whole(schemas[name], schemas));
    return `export const ${name}: Compared<${type}, views.${view}> = 'none';`;
  });
  const head = `import type * as views from '@root/src/client/index.ts';\n${comparison}`;
  return { 'views.ts': `${head}${lines.join('\n')}\n` };
}

const wrong = async (schemas: Schemas): Promise<string[]> => {
  const found = (await compiled(comparing(schemas))).matchAll(/views\.ts\((\d+),\d+\): error TS2322/g);
  return [...found].map(([, line]) => line ?? '');
};

test('the client knows every field of what the service answers with, and no other', { timeout: 60_000 }, async () => {
  expect(await compiled(comparing(served))).toBe('');
});

test(
  'a field that is added, that vanishes, that may be missing, and a new word are seen',
  { timeout: 90_000 },
  async () => {
    const { Device, Lease, Bucket, CommandError, Outcome } = structuredClone(commonSchemas) as unknown as Record<
      string,
      { properties: Record<string, unknown>; required: string[]; enum: string[] }
    >;
    if (!Device || !Lease || !Bucket || !CommandError || !Outcome) throw new Error('they are there');
    Device.properties['colour'] = { type: 'string' };
    Device.required.push('colour');
    delete Lease.properties['note'];
    Lease.required = Lease.required.filter((name) => name !== 'note');
    Bucket.required = Bucket.required.filter((name) => name !== 'mean');
    CommandError.properties['code'] = { enum: ['a-new-code'] };
    Outcome.enum.push('perhaps');
    const changed = { ...served, Device, Lease, Bucket, CommandError, Outcome };
    // One for each of Device, Lease, Bucket and CommandError; the outcome is in Command, StopResult, Problem and StreamCommand.
    expect(new Set(await wrong(changed)).size).toBe(8);
  },
);
