import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { beforeAll, describe, expect, test } from 'vitest';
import { createLab } from '../../src/testing/index.ts';
import { needs } from '../support/needs.ts';
import { peer } from '../support/peers.ts';
import { follow } from '../support/sse.ts';

interface Document {
  readonly channels: { readonly stream: { readonly address: string } };
  readonly components: {
    readonly messages: Readonly<Record<string, { payload: object; examples: readonly { payload: object }[] }>>;
    readonly schemas: Readonly<Record<string, object>>;
  };
}
interface Diagnostic {
  readonly severity: number;
  readonly message: string;
  readonly path: readonly (string | number)[];
}
interface Parser {
  parse(text: string): Promise<{ document: unknown; diagnostics: readonly Diagnostic[] }>;
}

const supply = { model: 'scpi-supply', simulate: { slewVoltsPerSecond: 50 } } as const;

/** The first one loads the whole service. */
beforeAll(async () => await (await createLab({ devices: {} })).close(), 60_000);

function validatorsOf(document: Document) {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(document, 'asyncapi');
  const known = new Map<string, ValidateFunction>();
  return (name: string, data: unknown): object[] => {
    const isOne = known.get(name) ?? ajv.compile({ $ref: `asyncapi#/components/messages/${name}/payload` });
    known.set(name, isOne);
    return isOne(data) ? [] : [{ name, data, errors: isOne.errors }];
  };
}

async function documented() {
  await using lab = await createLab({ devices: {} });
  return await lab.http.inject('/v1/asyncapi.json');
}

describe.skipIf(!needs('peers', 'AsyncAPI'))('AsyncAPI', () => {
  test('its own parser takes the document, and has nothing to say against it', { timeout: 60_000 }, async () => {
    const { Parser } = peer('@asyncapi/parser') as { Parser: new () => Parser }; // as its declarations say
    const { document, diagnostics } = await new Parser().parse((await documented()).body);
    expect(diagnostics.filter(({ severity }) => severity <= 1)).toEqual([]);
    expect(document).toBeDefined();
  });
});

test('schemas are those of the OpenAPI document', async () => {
  await using lab = await createLab({ devices: {} });
  const { components } = (await lab.http.inject('/v1/asyncapi.json')).json<Document>();
  const openapi = (await lab.http.inject('/openapi.json')).json<Document>();
  expect(Object.keys(components.schemas)).toContain('StreamProperty');
  expect(openapi.components.schemas).toMatchObject(components.schemas);
});

test('examples are what they are examples of', async () => {
  const document = (await documented()).json<Document>();
  const errorsOf = validatorsOf(document);
  const wrong = Object.entries(document.components.messages).flatMap(([name, { examples }]) =>
    examples.flatMap(({ payload }) => errorsOf(name, payload)),
  );
  expect(wrong).toEqual([]);
});

test('who has it already is told so', async () => {
  await using lab = await createLab({ devices: {} });
  const { headers } = await lab.http.inject('/v1/asyncapi.json');
  const again = await lab.http.inject({
    url: '/v1/asyncapi.json',
    headers: { 'if-none-match': String(headers['etag']) },
  });
  expect(again.statusCode).toBe(304);
});

test(
  'everything that a busy lab tells is as the document says, and a key too many would show',
  { timeout: 60_000 },
  async () => {
    await using lab = await createLab({
      devices: { a: supply, b: { ...supply, labels: { bench: 'left' } }, mill: { model: 'grbl' } },
      config: {
        alarms: [{ name: 'high', device: 'b', property: 'voltage-setpoint', high: 2, delayMs: 0, severity: 'warning' }],
      },
    });
    const { url } = await lab.listen();
    const errorsOf = validatorsOf((await lab.http.inject('/v1/asyncapi.json')).json<Document>());
    const reader = await follow(url);
    const [a, mill] = [lab.device('a'), lab.device('mill')];
    const send = async (method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, payload?: object) =>
      await lab.http.inject({ method, url: `/v1${path}`, ...(payload && { payload }) });
    await send('PUT', '/devices/a/lease', { ttlMs: 60_000, note: 'x', onExpiry: 'stop' });
    await send('PUT', '/devices/b/lease', { ttlMs: 100 });
    await a.command('set-voltage', { volts: 5 }).catch(() => {});
    await mill.command('move-to', { x: 5, feed: 600 });
    await send('POST', '/devices/mill/commands/jog', { x: 5, feed: 600 });
    await lab.device('b').write('voltage-setpoint', 3);
    await send('POST', '/devices/b/raw', { text: 'NONSENSE\n' });
    await send('PATCH', '/simulators/b/time', { speed: 2 });
    await send('POST', '/simulators/b/press', { button: 'output' });
    await lab.device('b').faults.set([{ kind: 'mute' }]);
    await send('POST', '/devices/b/commands/output', { on: true });
    await lab.device('b').faults.clear();
    await a.stop();
    await a.release();
    a.wire.cut();
    await lab.clock.advance(5000);
    await send('DELETE', '/devices/a/lease');
    await lab.clock.advance(2000);
    await reader.until((its) => its.data('lease').some(({ change }) => change === 'expired'));
    const told = reader.events();
    expect([...new Set(told.map(({ event = '' }) => event))].toSorted()).toEqual(
      ['snapshot', 'synced', 'property', 'command', 'event', 'device', 'lease', 'simulator', 'alarm'].toSorted(),
    );
    expect(told.flatMap(({ event = '', data }) => errorsOf(event, data))).toEqual([]);
    const unnoticed = told.filter(
      ({ event = '', data }) => errorsOf(event, { ...Object(data), surprise: 1 }).length === 0,
    );
    expect(unnoticed).toEqual([]);
    reader.close();
  },
);
