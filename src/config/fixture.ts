import { type TSchema, Type } from '@sinclair/typebox';
import type { AnyDriver } from '../driver/contract.ts';
import type { CommandSpec, Model } from '../driver/spec.ts';
import type { Catalogue, FaultKind } from './catalogue.ts';
import { loadConfig, type LoadOptions, type LoadResult } from './load.ts';
import { formatProblems } from './problem.ts';

/** Small drivers, transports and simulators, as data, for the tests of this folder and of the command line. */

function closed(properties: Record<string, TSchema>): TSchema {
  return Type.Object(properties, { additionalProperties: false });
}

const setting = { effect: 'idempotent', confirmation: 'acknowledged', timeoutMs: 1000 } as const;

const setVoltage: CommandSpec = {
  summary: 'Set the voltage',
  ...setting,
  params: closed({ volts: Type.Number({ unit: 'V', minimum: 0, maximum: 30 }) }),
  result: closed({}),
  examples: [{ params: { volts: 24 } }, { params: { volts: 5 } }],
};

function driver(model: Model, transports: AnyDriver['transports'], options: TSchema): AnyDriver {
  const attach = (): never => {
    throw new Error('only data');
  };
  return { contract: 1, model, transports, options, attach };
}

const supply: Model = {
  name: 'supply',
  summary: 'A supply',
  commands: {
    'set-voltage': setVoltage,
    reset: { summary: 'Reset', ...setting, params: closed({}), result: closed({}) },
  },
  properties: {
    voltage: { summary: 'Voltage', schema: Type.Number({ unit: 'V' }), access: 'read', source: { pollMs: 500 } },
    setpoint: {
      summary: 'Setpoint',
      schema: Type.Number({ minimum: 0, maximum: 30 }),
      access: 'read-write',
      source: { pollMs: 500 },
      write: setting,
    },
  },
  events: {},
};

const plug: Model = { name: 'plug', summary: 'A plug', commands: {}, properties: {}, events: {} };
const virtual: Model = { ...plug, name: 'virtual' };

const topicOptions = closed({
  topic: Type.String({ minLength: 1, description: 'Its topic.' }),
  prefix: Type.String({ default: 'cmnd', description: 'Its prefix.' }),
});

function faultKind(name: string, parameters: Record<string, TSchema>, whyNot: FaultKind['whyNot']): FaultKind {
  const match = Type.Optional(Type.String({ description: 'What must pass.' }));
  return {
    name,
    schema: { ...closed({ kind: Type.Literal(name), ...parameters, match }), description: `The fault ${name}.` },
    whyNot,
    misfits: (fault) =>
      (fault as { match?: string }).match === 'bad' ? [{ pointer: '/match', detail: 'is not to be matched' }] : [],
  };
}

export const catalogue: Catalogue = {
  transports: [
    {
      name: 'serial',
      settings: closed({
        path: Type.String({ minLength: 1, description: 'The device node.' }),
        baudRate: Type.Integer({ default: 9600, minimum: 50, description: 'Symbols per second.' }),
      }),
    },
    {
      name: 'tcp',
      settings: closed({
        host: Type.String({ description: 'The host.' }),
        port: Type.Integer({ description: 'The port.' }),
      }),
    },
    {
      name: 'mqtt',
      settings: closed({
        url: Type.String({ pattern: '^mqtts?://', description: 'The broker.' }),
        password: Type.Optional(Type.String({ description: 'The password.', minLength: 4 })),
      }),
    },
  ],
  drivers: [
    driver(supply, ['serial', 'tcp'], closed({})),
    driver(plug, ['mqtt'], topicOptions),
    driver(virtual, ['none'], closed({})),
  ],
  simulators: [
    { model: 'supply', options: closed({ load: Type.Number({ default: 10, description: 'Its load.' }) }) },
    { model: 'plug', options: closed({ topic: Type.Optional(Type.String({ description: 'Its topic.' })) }) },
  ],
  faults: [
    faultKind('delay', { ms: Type.Number({ minimum: 0, description: 'How long.' }) }, () => undefined),
    faultKind('echo', {}, ({ shape }) => (shape === 'bytes' ? undefined : 'is none that a wire of messages has')),
    faultKind('retained', {}, ({ shape }) => (shape === 'messages' ? undefined : 'is none that a wire of bytes has')),
  ],
};

export function load(text: string, options: Partial<LoadOptions> = {}): Promise<LoadResult> {
  return loadConfig({ ...catalogue, file: 'lab.yaml', text, env: {}, ...options });
}

/** What a user would read, a line per problem, without the count. */
export async function problemsOf(text: string, options: Partial<LoadOptions> = {}): Promise<string[]> {
  const result = await load(text, options);
  return result.ok ? [] : formatProblems(result.problems).split('\n').slice(0, -1);
}
