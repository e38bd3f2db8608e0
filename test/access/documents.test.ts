import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, test } from 'vitest';
import { rooms } from '../support/access.ts';

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId: string }>>>>;
  readonly tags: readonly { readonly name: string }[];
}

const scopes = {
  viewer: ['read'],
  reader: ['read:lamp-1'],
  sender: ['read:lamp-1', 'command:lamp-1:set', 'command:oven-1:write:*'],
  lab: ['read:label/room=lab', 'command:label/room=lab'],
  admin: ['read', 'command', 'stop', 'lease', 'configure', 'simulate', 'admin'],
  mute: ['command'],
};

type Rooms = Awaited<ReturnType<typeof rooms>>;

const document = async ({ as }: Rooms, name: string, query = ''): Promise<Document> =>
  (await as(name, 'GET', `/openapi.json${query}`)).json<Document>();

/** Operations of devices, by the id that each has of its own. */
function own({ paths }: Document): readonly string[] {
  return Object.entries(paths)
    .filter(([path]) => /^\/v1\/devices\/[a-z]/.test(path))
    .flatMap(([, item]) => Object.values(item).map(({ operationId }) => operationId));
}

/** The others, as `GET /v1/…`. */
function common({ paths }: Document): readonly string[] {
  return Object.entries(paths)
    .filter(([path]) => !/^\/v1\/devices\/[a-z]/.test(path))
    .flatMap(([path, item]) => Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`));
}

describe('/openapi.json', () => {
  test('has the operations that one may call, and no device but one’s own', async () => {
    const its = await rooms(scopes);
    expect(own(await document(its, 'reader'))).toEqual(['lamp-1.read.value', 'lamp-1.read.setpoint']);
    expect(own(await document(its, 'sender'))).toEqual([
      'lamp-1.set',
      'lamp-1.read.value',
      'lamp-1.read.setpoint',
      'oven-1.write.setpoint',
    ]);
    const whole = await document(its, 'reader');
    expect(JSON.stringify(whole)).not.toMatch(/oven-1|bus-|lamp-2/);
    expect(whole.tags.map(({ name }) => name)).toContain('lamp-1');
    expect(common(whole)).toEqual(expect.arrayContaining(['GET /v1/devices', 'GET /v1/me', 'GET /health/live']));
    expect(common(whole).filter((each) => !/^(GET \/|(GET|POST|DELETE) \/v1\/session$)/.test(each))).toEqual([]);
    // Over everything, which one device is not.
    expect(common(whole)).not.toEqual(expect.arrayContaining(['GET /v1/ports']));
    expect(common(await document(its, 'viewer'))).toEqual(
      expect.arrayContaining(['GET /v1/ports', 'GET /v1/webhooks']),
    );
    expect(common(await document(its, 'sender'))).toEqual(
      expect.arrayContaining(['DELETE /v1/commands/{id}', 'POST /v1/alarms/{id}/acknowledge']),
    );
    expect(common(await document(its, 'sender'))).not.toEqual(
      expect.arrayContaining(['POST /v1/stop', 'DELETE /v1/stop']),
    );
  });

  test('of who may do everything is what the service itself has', async () => {
    const its = await rooms(scopes);
    expect(await document(its, 'admin')).toEqual(await document(its, 'root'));
  });

  test.each(['viewer', 'reader', 'sender', 'lab'])('of %s is valid OpenAPI', async (name) => {
    const { errors } = await new Validator().validate({ ...(await document(await rooms(scopes), name)) });
    expect(errors ?? []).toEqual([]);
  });

  test('of a device that is not one’s own is refused like one of a device that is not there', async () => {
    const { as } = await rooms(scopes);
    const there = await as('reader', 'GET', '/openapi.json?device=oven-1');
    const nowhere = await as('reader', 'GET', '/openapi.json?device=oven-9');
    expect([there.statusCode, there.body.replaceAll('oven-1', 'oven-9')]).toEqual([403, nowhere.body]);
    expect((await as('mute', 'GET', '/openapi.json')).statusCode).toBe(403);
    expect((await as('sender', 'GET', '/openapi.json?device=oven-1')).statusCode).toBe(200);
  });

  test('is kept for who sees the same, told apart by its tag, and for nobody’s cache', async () => {
    const its = await rooms(scopes);
    const get = (name: string, tag?: string) =>
      its.as(name, 'GET', '/openapi.json', undefined, tag === undefined ? {} : { 'if-none-match': tag });
    const first = await get('reader');
    const tag = String(first.headers.etag);
    expect(first.headers).toMatchObject({ 'cache-control': 'private, no-cache' });
    expect(String(first.headers['vary']).toLowerCase()).toMatch(/authorization.*cookie/);
    expect((await get('reader', tag)).statusCode).toBe(304);
    expect((await get('viewer', tag)).statusCode).toBe(200);
    expect((await get('viewer')).headers.etag).not.toBe(tag);
  });

  test('follows labels', async () => {
    const its = await rooms(scopes);
    const devices = async (): Promise<ReadonlySet<string | undefined>> =>
      new Set(own(await document(its, 'lab')).map((id) => id.split('.')[0]));
    expect(await devices()).toEqual(new Set(['bus-1', 'lamp-1', 'lamp-2']));
    its.rig.device('lamp-2').labels = { room: 'hall' };
    expect(await devices()).toEqual(new Set(['bus-1', 'lamp-1']));
    its.rig.device('oven-1').labels = { room: 'lab' };
    expect(await devices()).toEqual(new Set(['bus-1', 'lamp-1', 'oven-1']));
  });

  test.each(['/docs/json', '/docs/yaml'])('%s, which the reference shows, is the same', async (path) => {
    const its = await rooms(scopes);
    const shown = await its.as('reader', 'GET', path);
    expect(shown.statusCode).toBe(200);
    expect(shown.body).toContain('lamp-1.read.value');
    expect(shown.body).not.toMatch(/oven-1|lamp-1\.set/);
    expect((await its.as('nobody', 'GET', path)).statusCode).toBe(401);
    if (path === '/docs/json') expect(shown.json()).toEqual(await document(its, 'reader'));
  });
});

interface Thing {
  readonly actions: object;
  readonly properties: Readonly<Record<string, { readonly readOnly: boolean; readonly forms: readonly object[] }>>;
}

test('a Thing Description has the actions that one may invoke, and what one may not write is read-only', async () => {
  const { as } = await rooms(scopes);
  const thing = async (name: string): Promise<Thing> => (await as(name, 'GET', '/v1/devices/lamp-1/td')).json<Thing>();
  expect(Object.keys((await thing('sender')).actions)).toEqual(['set']);
  expect((await thing('sender')).properties['setpoint']).toMatchObject({ readOnly: true });
  expect(JSON.stringify((await thing('sender')).properties)).not.toContain('writeproperty');
  expect(Object.keys((await thing('lab')).actions)).toContain('pulse');
  expect((await thing('lab')).properties['setpoint']).toMatchObject({ readOnly: false });
});

describe('/v1/me', () => {
  const me = async (name: string, query = ''): Promise<object> => {
    const { as } = await rooms(scopes);
    return (await as(name, 'GET', `/v1/me${query}`)).json<object>();
  };

  test('says who one is, and what one may', async () => {
    expect(await me('reader')).toEqual({ name: 'reader', scopes: ['read:lamp-1'], expiresAt: null, everywhere: [] });
    expect(await me('viewer')).toMatchObject({ everywhere: ['read'] });
    expect(await me('root')).toMatchObject({
      scopes: expect.arrayContaining(['admin']),
      everywhere: expect.arrayContaining(['admin']),
    });
  });

  test('says what one may do to a device, command by command', async () => {
    expect(await me('sender', '?device=lamp-1')).toMatchObject({
      device: { id: 'lamp-1', actions: ['read', 'command'], commands: ['set'] },
    });
    expect(await me('sender', '?device=oven-1')).toMatchObject({
      device: { actions: ['command'], commands: ['write:setpoint'] },
    });
    expect(await me('lab', '?device=lamp-1')).toMatchObject({
      device: { commands: expect.arrayContaining(['pulse', 'release-stop', 'write:setpoint']) },
    });
  });

  test('says the same of what is not one’s own and of what is not there', async () => {
    const nothing = { actions: [], commands: [] };
    expect(await me('lab', '?device=oven-1')).toMatchObject({ device: { id: 'oven-1', ...nothing } });
    expect(await me('lab', '?device=none')).toMatchObject({ device: { id: 'none', ...nothing } });
  });
});
