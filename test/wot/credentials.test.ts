import { Validator } from '@seriousme/openapi-schema-validator';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ask } from '../access/keyed.ts';
import { run } from '../cli/run.ts';
import { type Service, startService } from '../process/service.ts';
import { callerOf } from '../support/access.ts';
import { consumedAs } from '../support/consumer.ts';
import { httpOver, openAccess } from '../support/http.ts';
import { needs } from '../support/needs.ts';
import { peer } from '../support/peers.ts';
import { createRig, MemoryLine } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';
import { thingSchema } from '../support/thing-schema.ts';
import { built } from '../support/built.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

interface Thing {
  readonly id: string;
  readonly security: readonly string[];
  readonly securityDefinitions: Readonly<Record<string, object>>;
  readonly actions: object;
}
interface Parser {
  parse(text: string): Promise<{ diagnostics: readonly { severity: number; message: string }[] }>;
}
interface OpenApi {
  readonly security: readonly object[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, { security?: readonly object[] }>>>>;
  readonly components: { readonly securitySchemes: Readonly<Record<string, object>> };
}
interface AsyncApi {
  readonly servers: { readonly service: { readonly security?: readonly object[] } };
  readonly components: { readonly securitySchemes?: Readonly<Record<string, object>> };
}
const arePeersHere = needs('peers', 'documents of a service with credentials');
const bearer = { scheme: 'bearer', in: 'header', name: 'Authorization', format: 'opaque' };

describe.skipIf(!arePeersHere)('node-wot, with a key, over a real wire', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bellcrank-wot-key-'));
  const file = join(folder, 'bellcrank.yaml');
  const config = `
store: { directory: data }
connections: { line: { simulate: { model: scpi-supply, via: pty, options: { outputOn: true } } } }
devices: { psu-1: { driver: scpi-supply, connection: line } }
`;
  let service: Service;
  const keys: Record<string, string> = {};

  beforeAll(async () => {
    writeFileSync(file, config);
    for (const role of ['operator', 'viewer'])
      keys[role] = (await run(built(), ['keys', 'create', '-c', file, '--name', role, '--role', role])).stdout.trim();
    service = await startService(file, { BELLCRANK_STORE__DIRECTORY: join(folder, 'data') }, { endsWithTest: false });
    const key = keys['viewer'] ?? '';
    await vi.waitFor(
      async () => expect((await ask(`${service.url}/v1/devices/psu-1`, key)).body).toMatchObject({ state: 'ready' }),
      20_000,
    );
  });
  afterAll(async () => {
    await service.end('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  const described = async (as: string): Promise<Thing> =>
    (await ask<Thing>(`${service.url}/v1/devices/psu-1/td`, keys[as] ?? '')).body;

  test('reads, writes and invokes', async () => {
    const td = await described('operator');
    expect([td.security, td.securityDefinitions]).toEqual([['bearer_sc'], { bearer_sc: bearer }]);
    const isThing = thingSchema();
    expect([isThing(td), isThing.errors]).toEqual([true, null]);
    const psu = await consumedAs(td, keys['operator'] ?? '');
    await psu.writeProperty('voltage-setpoint', 4.5);
    expect(await (await psu.readProperty('voltage-setpoint')).value()).toBe(4.5);
    expect(await (await psu.invokeAction('set-voltage', { volts: 5 }))?.value()).toEqual({});
    const { items } = (await ask<{ items: { by: string }[] }>(`${service.url}/v1/commands`, keys['viewer'] ?? '')).body;
    expect(new Set(items.map(({ by }) => by))).toEqual(new Set(['key:operator']));
  });

  test('with another’s key, or one that is none, it does what that may', async () => {
    const psu = await consumedAs(await described('operator'), keys['viewer'] ?? '');
    expect(await (await psu.readProperty('output-enabled')).value()).toBe(true);
    await expect(psu.writeProperty('voltage-setpoint', 1)).rejects.toThrow('Forbidden');
    const nobody = await consumedAs(await described('operator'), 'bck_00000000_none');
    await expect(nobody.readProperty('output-enabled')).rejects.toThrow('Unauthorized');
  });
});

/** The documents of a service that knows these ways of showing who one is. */
async function documentsOf(ways: readonly ('bearer' | 'certificate')[], name: string) {
  const toy = new ToyDevice();
  const rig = createRig(toyDriver(), { line: new MemoryLine((far) => toy.serve(far)) }, [
    { id: 'toy', connection: 'line' },
  ]);
  const caller = callerOf(name, 'read', 'command');
  await using http = await httpOver(rig, {
    access: { ...openAccess(rig), ways: () => ways, authenticate: () => caller },
  });
  await rig.until(() => rig.registry.get('toy').state === 'ready');
  const get = async (url: string) => (await http.inject(url)).body;
  const [td, asyncapi, openapi] = await Promise.all(
    ['/v1/devices/toy/td', '/v1/asyncapi.json', '/openapi.json'].map(get),
  );
  return { td: td ?? '', asyncapi: asyncapi ?? '', openapi: openapi ?? '' };
}

const key = [{ key: [] }, { session: [], csrf: [] }];

test.each([
  { ways: [], td: ['nosec_sc'], stream: undefined, operations: key },
  { ways: ['bearer'], td: ['bearer_sc'], stream: ['bearer'], operations: key },
  { ways: ['certificate'], td: ['certificate_sc'], stream: ['certificate'], operations: [{ certificate: [] }] },
  {
    ways: ['bearer', 'certificate'],
    td: ['any_sc'],
    stream: ['bearer', 'certificate'],
    operations: [...key, { certificate: [] }],
  },
] as const)('$ways: each document says so', async ({ ways, td, stream, operations }) => {
  const documents = await documentsOf(ways, 'key:x');
  expect((JSON.parse(documents.td) as Thing).security).toEqual(td);
  const { servers, components } = JSON.parse(documents.asyncapi) as AsyncApi;
  expect(servers.service.security).toEqual(stream?.map((way) => ({ $ref: `#/components/securitySchemes/${way}` })));
  expect(components.securitySchemes && Object.keys(components.securitySchemes)).toEqual(stream);
  const openapi = JSON.parse(documents.openapi) as OpenApi;
  expect(openapi.security).toEqual(operations);
  expect(Object.keys(openapi.components.securitySchemes)).toEqual(operations.flatMap((each) => Object.keys(each)));
  expect(openapi.paths['/health/live']?.['get']?.security).toEqual([]);
  expect(openapi.paths['/v1/devices']?.['get']).not.toHaveProperty('security');
  const { valid, errors } = await new Validator().validate(JSON.parse(documents.openapi) as Record<string, unknown>);
  expect([errors ?? [], valid]).toEqual([[], true]);
});

test('whoever is let in without credentials is told that none are needed for what they may', async () => {
  const { openapi } = await documentsOf(['bearer'], 'anonymous');
  expect((JSON.parse(openapi) as OpenApi).security).toEqual([{}, ...key]);
});

describe.skipIf(!arePeersHere)('what is said of credentials', () => {
  test.each([[['bearer']], [['certificate']], [['bearer', 'certificate']]] as const)(
    'is as the documents’ own schemas and parsers want it: %j',
    async (ways) => {
      const documents = await documentsOf(ways, 'key:x');
      const isThing = thingSchema();
      expect([isThing(JSON.parse(documents.td)), isThing.errors]).toEqual([true, null]);
      const { Parser } = peer('@asyncapi/parser') as { Parser: new () => Parser }; // as its declarations say
      const { diagnostics } = await new Parser().parse(documents.asyncapi);
      expect(diagnostics.filter(({ severity }) => severity <= 1)).toEqual([]);
    },
  );
});
