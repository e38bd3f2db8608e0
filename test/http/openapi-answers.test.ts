import { Notebook } from '../support/notebook.ts';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { InjectOptions, LightMyRequestResponse as Response } from 'fastify';
import { expect, onTestFinished, test, vi } from 'vitest';
import { drivers } from '../../drivers/index.ts';
import { BellcrankError } from '../../src/errors.ts';
import { staticAnswers } from '../../src/http/openapi-answers.ts';
import { settle } from '../../src/testing/settle.ts';
import type { WebhookSettings } from '../../src/webhooks/settings.ts';
import { portLister } from '../../src/transport/ports/index.ts';
import { about, chirpDriver } from '../support/chirp.ts';
import { gaugeRig } from '../support/gauge.ts';
import { HubLine } from '../support/hub-line.ts';
import { httpOver, openAccess } from '../support/http.ts';
import { PortTree } from '../support/port-tree.ts';
import { createRig, MemoryLine, type Rig } from '../support/rig.ts';
import { simulatedToys } from '../support/simulated-toys.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

/** A service with simulated toys; a device's own operations are told from those of all devices by its id alone. */
async function simulated(method: Method, path: string, body?: unknown): Promise<Answer> {
  const { rig, simulators } = await simulatedToys();
  const http = await httpOver(rig, { simulators });
  const { operationId, ...answer } = await asker(http, rig)(method, `/v1/simulators${path}`, body);
  return { ...answer, operationId: operationId?.replace(/^left\./, '') };
}

/** A service with a key that may do everything, and who asks with it. */
async function keyed(rig: Rig) {
  const access = openAccess(rig);
  const { key } = await access.keys.create({ name: 'me', role: 'admin' });
  const http = await httpOver(rig, { access });
  return { ask: asker(http, rig, undefined, { authorization: `Bearer ${key}` }) };
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
interface Documented {
  readonly content?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, { readonly required?: boolean }>>;
}
interface Document {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { operationId: string; responses: Record<string, Documented> }>>>
  >;
  readonly components: { readonly responses: { readonly Problem: Documented } };
}

/** One answer, and the operation and the validator that the document has for it. */
interface Answer {
  readonly operationId: string | undefined;
  readonly response: Response;
  readonly validator: ValidateFunction | undefined;
}

/** Asks the service and holds whatever it answers against what the document says of that path, method and status. */
/** `wait` is for answers that real files have a part in: they do not come as the rig's clock goes. */
function asker(
  http: Awaited<ReturnType<typeof httpOver>>,
  rig: Rig,
  wait: (answer: Promise<Response>) => Promise<Response> = (answer) => rig.settled(answer),
  credentials: Readonly<Record<string, string>> = {},
) {
  return async (method: Method, url: string, body?: unknown, token?: string): Promise<Answer> => {
    const document = (await http.inject({ url: '/openapi.json', headers: credentials })).json<Document>();
    const lease = { ...credentials, ...(token === undefined ? {} : { 'lease-token': token }) };
    const sent: InjectOptions = {
      method,
      url,
      headers: body === undefined ? lease : { 'content-type': 'application/json', ...lease },
      ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
    };
    const response = await wait(http.inject(sent));
    return { ...expectDocumented(document, method, url, response), response };
  };
}

function expectDocumented(
  document: Document,
  method: Method,
  url: string,
  response: Response,
): Omit<Answer, 'response'> {
  const what = `${method} ${url}: ${response.statusCode} ${response.body.slice(0, 1000)}`;
  const path = pathOf(document, url);
  const operation = document.paths[path]?.[method.toLowerCase()];
  const status = String(response.statusCode);
  const success = operation?.responses[status];
  if (success === undefined) expect(response.statusCode, what).toBeGreaterThanOrEqual(400);
  if (operation !== undefined)
    expect(operation.responses['default']).toEqual({ $ref: '#/components/responses/Problem' });
  const { content = {}, headers = {} } = success ?? document.components.responses.Problem;
  const at =
    success === undefined
      ? ['components', 'responses', 'Problem']
      : ['paths', path, method.toLowerCase(), 'responses', status];
  if (success !== undefined) {
    const always = Object.entries(headers).filter(([, { required }]) => required !== false);
    for (const [name] of always) expect(response.headers, what).toHaveProperty(name.toLowerCase());
  }
  const [mediaType] = Object.keys(content);
  expect(response.headers['content-type']?.toString().split(';')[0], what).toBe(mediaType);
  const { operationId } = operation ?? {};
  if (mediaType === undefined) {
    expect(response.body, what).toBe('');
    return { operationId, validator: undefined };
  }
  const validator = validatorAt(document, [...at, 'content', mediaType, 'schema']);
  validator(mediaType.startsWith('text/') ? response.body : response.json());
  expect(validator.errors ?? [], what).toEqual([]);
  return { operationId, validator };
}

/** A device's own path before the template that it fits as well. */
function pathOf({ paths }: Document, url: string): string {
  const [wanted = ''] = url.split('?');
  if (paths[wanted] !== undefined) return wanted;
  const fits = (template: string): boolean => new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(wanted);
  return Object.keys(paths).find(fits) ?? '';
}

const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allErrors: true });
addFormats.default(ajv);
// Strict mode refuses keywords that it does not know: the document's own top level, and annotations.
ajv.addVocabulary(['unit', 'openapi', 'info', 'components', 'paths', 'servers', 'security', 'tags', 'externalDocs']);

function validatorAt(document: Document, steps: readonly string[]): ValidateFunction {
  ajv.removeSchema('openapi').addSchema(document, 'openapi');
  const pointer = steps.map((step) => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1')));
  return ajv.compile({ $ref: `openapi#/${pointer.join('/')}` });
}

async function service() {
  const toy = new ToyDevice();
  const line = new MemoryLine((far) => toy.serve(far));
  const dead = new MemoryLine(() => {});
  dead.down = true;
  const rig = createRig(
    toyDriver(),
    {
      line,
      dead,
      spare: new MemoryLine((far) => new ToyDevice().serve(far)),
      free: new MemoryLine((far) => new ToyDevice().serve(far)),
    },
    [
      { id: 'toy', connection: 'line' },
      { id: 'gone', connection: 'dead' },
      { id: 'bare', connection: 'free' },
      { id: 'off', connection: 'line', enabled: false },
    ],
    {
      interlocks: [
        {
          name: 'cool',
          device: 'toy',
          forbid: ['set'],
          unless: 'self.value < 80',
          maxAgeMs: 90_000,
          onViolation: 'stop',
        },
        { name: 'never', device: 'toy', forbid: ['optimist'], unless: 'self.value < device.none.x', maxAgeMs: 1 },
      ],
    },
  );
  await rig.until(
    () => rig.device('toy').state === 'ready' && rig.device('toy').reading('setpoint').quality === 'good',
  );
  const http = await httpOver(rig);
  return { toy, line, rig, http, ask: asker(http, rig) };
}
/** A service that has found a device. */
async function announced() {
  const line = new HubLine();
  const discovery = { broker: { options: {}, autoAdopt: [] } };
  const rig = createRig(chirpDriver(), { broker: line }, [], { discovery });
  rig.discovery.start();
  for (const name of ['lamp', 'hall']) about(line, name, { serial: name, make: 'loud' });
  await rig.until(() => rig.discovery.list({ limit: 2 }).length === 2);
  const [first] = rig.discovery.list({ limit: 1 });
  return { id: first?.id ?? '', ask: asker(await httpOver(rig), rig) };
}

/** A service with somebody to tell, one who does not listen. */
async function hooked(rig: Rig) {
  const common = { secret: `whsec_${'A'.repeat(32)}`, types: ['alarm'], timeoutMs: 100, queueMegabytes: 1 } as const;
  const url = 'http://127.0.0.1:9/hook';
  const webhooks: WebhookSettings[] = [
    { ...common, name: 'pager', url, queueEvents: 1 },
    { ...common, name: 'other', url, queueEvents: 1, devices: ['psu-*'], labels: ['room'] },
  ];
  return await httpOver(rig, { hooks: webhooks });
}

/** A service in which limits were passed. */
async function alarmed() {
  const rule = { device: 'oven', hysteresis: 0, delayMs: 0, severity: 'warning' } as const;
  const { gauge, rig } = await gaugeRig({
    alarms: [
      { ...rule, name: 'hot', property: 'temperature', high: 80, message: 'Open the door' },
      { ...rule, name: 'off', property: 'temperature', deviation: { from: 'setpoint', by: 3 } },
      { ...rule, name: 'silent', property: 'mode', stale: {} },
    ],
  });
  gauge.tell(20, 'setpoint');
  gauge.tell(90);
  gauge.tell('on', 'mode');
  const { items } = rig.alarms.list({ limit: 10 });
  expect(items).toHaveLength(3);
  const ask = asker(await httpOver(rig), rig);
  for (const { id } of items) await ask('GET', `/v1/alarms/${id}`);
  return { ask, id: items[0]?.id ?? '' };
}

type Service = Awaited<ReturnType<typeof service>>;

const set = '/v1/devices/toy/commands/set';
const pulse = '/v1/devices/toy/commands/pulse';

/** Sends a pulse that waits behind one that the device has not answered. */
async function queuedPulse({ toy, rig, http }: Service): Promise<string> {
  toy.held = [];
  for (let sent = 0; sent < 2; sent++) http.inject({ method: 'POST', url: pulse }).catch(() => {});
  await rig.until(() => rig.device('toy').lane.waiting === 1);
  const { items } = await rig.store.commands.list({ limit: 1 });
  return items[0]?.id ?? '';
}

/** What goes on until the service ends, up to then. */
function followed({ http, rig }: Pick<Service, 'http' | 'rig'>, path: string): Promise<Answer> {
  const whole = async (answer: Promise<Response>): Promise<Response> => {
    await settle();
    await http.close();
    return await answer;
  };
  return asker(http, rig, whole)('GET', path);
}

const operations: Readonly<Record<keyof typeof staticAnswers, (service: Service) => Promise<Answer>>> = {
  whoAmI: ({ ask }) => ask('GET', '/v1/me?device=toy'),
  listDevices: ({ ask }) => ask('GET', '/v1/devices?limit=2'),
  addDevice: ({ ask }) =>
    ask('POST', '/v1/devices', {
      id: 'added',
      driver: 'toy',
      connection: 'spare',
      options: { unit: '' },
      labels: { room: 'lab' },
      limits: { set: { value: { maximum: 5 } }, 'write:setpoint': { maximum: 5, enum: [1, 2] } },
      deny: ['pulse'],
    }),
  getDevice: ({ ask }) => ask('GET', '/v1/devices/toy'),
  changeDevice: ({ ask }) => ask('PATCH', '/v1/devices/toy', { labels: { room: 'hall' }, enabled: false }),
  removeDevice: ({ ask }) => ask('DELETE', '/v1/devices/toy'),
  reconnectDevice: ({ ask }) => ask('POST', '/v1/devices/toy/reconnect', { acceptIdentity: true }),
  listProperties: ({ ask }) => ask('GET', '/v1/devices/toy/properties'),
  listInterlocks: ({ ask }) => ask('GET', '/v1/devices/toy/interlocks'),
  listAlarms: async () => {
    const { ask } = await alarmed();
    return await ask('GET', '/v1/alarms?limit=1');
  },
  getAlarm: async () => {
    const { ask, id } = await alarmed();
    return await ask('GET', `/v1/alarms/${id}`);
  },
  acknowledgeAlarm: async () => {
    const { ask, id } = await alarmed();
    return await ask('POST', `/v1/alarms/${id}/acknowledge`, { by: 'anna' });
  },
  async reloadConfig({ rig }) {
    const ref = { id: 'toy', simulated: true };
    const what = { what: ['labels'], attachedAnew: false };
    const report = {
      dryRun: true,
      changed: true,
      sections: ['alarms'],
      restartNeeded: ['server.port'],
      problems: [],
      devices: { added: [ref], removed: [ref], changed: [{ ...ref, ...what }] },
      connections: { added: [], removed: [], changed: ['line'] },
    };
    const wrong = {
      source: 'bellcrank.yaml',
      line: 2,
      column: 3,
      pointer: '/devices/toy/driver',
      detail: 'is no driver',
    };
    const error = new BellcrankError('invalid-request', 'the configuration is not taken', { errors: [wrong] });
    const reload = vi.fn().mockRejectedValueOnce(error).mockResolvedValueOnce(report);
    const ask = asker(await httpOver(rig, { reload: { reload } }), rig);
    await ask('POST', '/v1/config/reload');
    return await ask('POST', '/v1/config/reload?dryRun=true', {});
  },
  async listAudit({ rig }) {
    const audit = new Notebook();
    const http = await httpOver(rig, { audit });
    const ask = asker(http, rig);
    await ask('POST', '/v1/stop');
    return await ask('GET', '/v1/audit?limit=1&what=stopAll');
  },
  async listKeys({ ask }) {
    return await ask('GET', '/v1/keys');
  },
  async createKey({ rig }) {
    const { ask } = await keyed(rig);
    await ask('POST', '/v1/keys', { name: 'x', role: 'nobody' });
    return await ask('POST', '/v1/keys', { name: 'ci', scopes: ['read'], expiresAt: '2100-01-01T00:00:00Z' });
  },
  async rotateKey({ rig }) {
    const { ask } = await keyed(rig);
    await ask('POST', '/v1/keys/none/rotate', {});
    return await ask('POST', '/v1/keys/me/rotate', { overlapHours: 1 });
  },
  async revokeKey({ rig }) {
    const { ask } = await keyed(rig);
    return await ask('DELETE', '/v1/keys/me');
  },
  async signIn({ rig }) {
    const { ask } = await keyed(rig);
    return await ask('POST', '/v1/session');
  },
  async getSession({ ask }) {
    return await ask('GET', '/v1/session');
  },
  async signOut({ ask }) {
    return await ask('DELETE', '/v1/session');
  },
  async listWebhooks({ rig }) {
    return await asker(await hooked(rig), rig)('GET', '/v1/webhooks');
  },
  async getWebhook({ rig }) {
    const ask = asker(await hooked(rig), rig);
    await ask('GET', '/v1/webhooks/none');
    return await ask('GET', '/v1/webhooks/pager');
  },
  getHistory: async ({ ask }) => {
    await ask('GET', '/v1/devices/toy/history/none');
    await ask('GET', '/v1/devices/toy/history/value?points=10');
    return await ask('GET', '/v1/devices/toy/history/value');
  },
  async getTrace({ ask, line, rig }) {
    await ask('POST', set, { value: 5 });
    await line.cut();
    await rig.until(() => line.opens === 2);
    return await ask('GET', '/v1/devices/toy/trace');
  },
  async listCommands({ ask }) {
    for (const value of [1, 99, 2]) await ask('POST', set, { value });
    return await ask('GET', '/v1/commands?limit=2');
  },
  async getCommand(its) {
    return await its.ask('GET', `/v1/commands/${await queuedPulse(its)}`);
  },
  async cancelCommand(its) {
    return await its.ask('DELETE', `/v1/commands/${await queuedPulse(its)}`);
  },
  async takeLease({ ask }) {
    const taken = await ask('PUT', '/v1/devices/toy/lease', { ttlMs: 1000 });
    expect(taken.response.statusCode).toBe(201);
    const { token } = taken.response.json<{ token: string }>();
    return await ask('PUT', '/v1/devices/toy/lease', { ttlMs: 2000, note: 'x', onExpiry: 'stop' }, token);
  },
  async getLease({ ask }) {
    await ask('PUT', '/v1/devices/toy/lease', { ttlMs: 60_000 });
    return await ask('GET', '/v1/devices/toy/lease');
  },
  releaseLease: ({ ask }) => ask('DELETE', '/v1/devices/toy/lease'),
  stopDevice: ({ ask }) => ask('POST', '/v1/devices/toy/stop'),
  releaseDevice: ({ ask }) => ask('DELETE', '/v1/devices/toy/stop'),
  stopAll: ({ ask }) => ask('POST', '/v1/stop'),
  releaseAll: ({ ask }) => ask('DELETE', '/v1/stop'),
  live: ({ ask }) => ask('GET', '/health/live'),
  ready: ({ ask }) => ask('GET', '/health/ready'),
  getMetrics: async ({ ask }) => {
    // Read with the first question for metrics otherwise, which takes time that no virtual clock knows of.
    await import('prom-client');
    return await ask('GET', '/metrics');
  },
  getLogLevel: ({ ask }) => ask('GET', '/v1/log/level'),
  setLogLevel: ({ ask }) => ask('PUT', '/v1/log/level', { level: 'debug', forSeconds: 600 }),
  async listCandidates() {
    const its = await announced();
    await its.ask('POST', '/v1/devices', { candidate: its.id });
    return await its.ask('GET', '/v1/discovery?limit=1');
  },
  async getCandidate() {
    const its = await announced();
    return await its.ask('GET', `/v1/discovery/${its.id}`);
  },
  async listPorts({ rig }) {
    const tree = new PortTree();
    onTestFinished(() => tree.remove());
    const adapter = { vendorId: '0403', productId: '6001', driver: 'ftdi_sio' };
    tree
      .usb({ ...adapter, name: 'ttyUSB0', at: '1-1', serialNumber: 'A1', manufacturer: 'FTDI', product: 'FT232R' })
      .usb({ ...adapter, name: 'ttyUSB1', at: '1-2' })
      .uart('ttyS0', 4)
      .process(4711, 'minicom', [tree.dev('ttyUSB0')])
      .process(612, 'ModemManager')
      .forbidden.add(tree.dev('ttyS0'));
    const http = await httpOver(rig, { ports: portLister(tree.roots) });
    return await asker(http, rig, (answer) => answer)('GET', '/v1/ports');
  },
  listSimulators: () => simulated('GET', '?limit=2'),
  getSimulator: () => simulated('GET', '/left'),
  getFaults: () => simulated('GET', '/left/faults'),
  setFaults: () => simulated('PUT', '/left/faults', { seed: 1, faults: [{ kind: 'mute', clearAfterMs: 5 }] }),
  clearFaults: () => simulated('DELETE', '/left/faults'),
  getSimulatedState: () => simulated('GET', '/left/state'),
  setSimulatedState: () => simulated('PATCH', '/left/state', { temperature: 40 }),
  getSimulatedTime: () => simulated('GET', '/left/time'),
  setSimulatedTime: () => simulated('PATCH', '/left/time', { speed: 2 }),
  pressButton: () => simulated('POST', '/left/press', { button: 'resetL' }),
  getThingDescription: ({ ask }) => ask('GET', '/v1/devices/toy/td'),
  getAsyncApi: ({ ask }) => ask('GET', '/v1/asyncapi.json'),
  readValues: ({ ask }) => ask('GET', '/v1/devices/toy/wot/properties'),
  readValue: ({ ask }) => ask('GET', '/v1/devices/toy/wot/properties/setpoint'),
  writeValue: ({ ask }) => ask('PUT', '/v1/devices/toy/wot/properties/setpoint', 9),
  invokeAction: ({ ask }) => ask('POST', '/v1/devices/toy/wot/actions/set', { value: 5 }),
  observeValue: (its) => followed(its, '/v1/devices/toy/wot/properties/setpoint/observe'),
  async subscribeEvent() {
    const driver = toyDriver();
    const events = { bump: { summary: 'Somebody ran into it', data: {} } };
    const eventful = { ...driver, model: { ...driver.model, events } };
    const rig = createRig(eventful, { line: new MemoryLine(() => {}) }, [{ id: 'toy', connection: 'line' }]);
    return await followed({ rig, http: await httpOver(rig) }, '/v1/devices/toy/wot/events/bump');
  },
  followStream: (its) => followed(its, '/v1/stream'),
  listModels: ({ ask }) => ask('GET', '/v1/models'),
  getModel: ({ ask }) => ask('GET', '/v1/models/toy'),
};

test.each(Object.entries(staticAnswers))('%s answers what the document says', async (operationId, { status }) => {
  const its = await service();
  const answer = await operations[operationId]?.(its);
  expect(answer?.operationId).toBe(operationId);
  expect(answer?.response.statusCode).toBe(status);
});

test.each([
  ['toy.set', 'POST', set, { value: 5 }],
  ['toy.pulse', 'POST', pulse, undefined],
  ['toy.bang', 'POST', '/v1/devices/toy/commands/bang', {}],
  ['bare.raw', 'POST', '/v1/devices/bare/raw', { text: 'SET 3\n' }],
  ['bare.raw', 'POST', '/v1/devices/bare/raw', { hex: '4944', expectReply: { timeoutMs: 10, maxBytes: 9 } }],
  ['toy.read.value', 'GET', '/v1/devices/toy/properties/value', undefined],
  ['toy.read.value', 'GET', '/v1/devices/toy/properties/value?maxAgeMs=0', undefined],
  ['gone.read.value', 'GET', '/v1/devices/gone/properties/value', undefined],
  ['toy.write.setpoint', 'PUT', '/v1/devices/toy/properties/setpoint', { value: 9 }],
] as const)('%s: %s %s answers what the document says', async (operationId, method, url, body) => {
  const { ask } = await service();
  const answer = await ask(method, url, body);
  expect(answer.operationId).toBe(operationId);
  expect(answer.response.statusCode).toBe(200);
});

const twin = { id: 'off', driver: 'toy', connection: 'line' };

test.each([
  [400, 'invalid-request', 'POST', set, { value: -1, x: 2 }],
  [400, 'driver-not-found', 'POST', '/v1/devices', { ...twin, id: 'new', driver: 'none' }],
  [400, 'invalid-request', 'GET', '/v1/devices?page=2', undefined],
  [404, 'device-not-found', 'GET', '/v1/devices/nobody', undefined],
  [404, 'command-not-found', 'POST', '/v1/devices/toy/commands/fly', {}],
  [404, 'not-found', 'GET', '/v1/commands/none', undefined],
  [404, 'not-found', 'GET', '/nowhere', undefined],
  [405, 'method-not-allowed', 'PUT', '/v1/devices/toy/properties/value', { value: 1 }],
  [409, 'device-refused', 'POST', set, { value: 99 }],
  [409, 'interlocked', 'POST', '/v1/devices/toy/commands/optimist', undefined],
  [409, 'device-exists', 'POST', '/v1/devices', twin],
  [423, 'disabled', 'POST', '/v1/devices/off/commands/pulse', undefined],
  [503, 'device-offline', 'POST', '/v1/devices/gone/commands/pulse', undefined],
  [503, 'device-offline', 'GET', '/v1/devices/gone/properties/value?maxAgeMs=0', undefined],
] as const)('a problem is as the document says: %i %s of %s %s', async (status, code, method, url, body) => {
  const { ask } = await service();
  const { response } = await ask(method, url, body);
  expect(response.json()).toMatchObject({ status, code });
  expect(response.statusCode).toBe(status);
});

test('whatever became of a command, its resource is as the document says', async () => {
  const { toy, ask } = await service();
  await ask('POST', set, { value: 99 });
  await ask('POST', '/v1/devices/gone/commands/pulse');
  toy.mute = true;
  expect((await ask('POST', pulse)).response.json()).toMatchObject({ status: 504, outcome: 'unknown' });
  await ask('POST', '/v1/devices/toy/stop');
  expect((await ask('POST', pulse)).response.json()).toMatchObject({ status: 423, outcome: 'not-sent' });
  const { items } = (await ask('GET', '/v1/commands')).response.json<{ items: { id: string; outcome: string }[] }>();
  expect(new Set(items.map(({ outcome }) => outcome))).toEqual(new Set(['refused', 'not-sent', 'unknown']));
  for (const { id } of items) await ask('GET', `/v1/commands/${id}`);
});

test('a command that a late reply has settled is as the document says', async () => {
  const { toy, rig, ask } = await service();
  toy.held = [];
  const { response } = await ask('POST', set, { value: 5 });
  const { outcome, commandId } = response.json<{ outcome: string; commandId: string }>();
  expect(outcome).toBe('unknown');
  toy.release();
  await rig.until(() => rig.device('toy').state === 'ready');
  const settled = await ask('GET', `/v1/commands/${commandId}`);
  expect(settled.response.json()).toMatchObject({ outcome: 'succeeded', resolvedLate: true });
});

test('a stop that does not reach its device is as the document says, and so is the device', async () => {
  const { toy, ask } = await service();
  toy.mute = true;
  expect((await ask('POST', '/v1/devices/toy/stop')).response.json()).toMatchObject({ outcome: 'unknown' });
  expect((await ask('POST', '/v1/devices/gone/stop')).response.json()).toMatchObject({ outcome: 'not-sent' });
  expect((await ask('GET', '/v1/devices/gone')).response.json()).toMatchObject({ stopped: true, state: 'offline' });
  await ask('GET', '/v1/devices');
});

test.each(drivers)('the model of $model.name is as the document says', async (driver) => {
  const rig = createRig(driver, {}, []);
  const ask = asker(await httpOver(rig), rig);
  expect((await ask('GET', `/v1/models/${driver.model.name}`)).response.statusCode).toBe(200);
});

test.each([
  ['GET', '/v1/devices', undefined, ['next']],
  ['GET', '/v1/devices/toy', undefined, []],
  ['POST', set, { value: 5 }, ['evidence']],
  ['POST', set, { value: -5 }, ['errors']],
  ['GET', '/v1/devices/toy/properties', undefined, []],
  ['GET', '/v1/devices/toy/properties/value', undefined, []],
  ['POST', '/v1/devices/toy/stop', undefined, []],
  ['GET', '/health/ready', undefined, ['devices', 'journal', 'index', 'audit', 'keys', 'degraded']],
] as const)('a key too many or too few in the answer to %s %s would show', async (method, url, body, optional) => {
  const { ask } = await service();
  const { response, validator } = await ask(method, url, body);
  const answer = response.json<Record<string, unknown>>();
  expect(validator?.({ ...answer, surprise: 1 })).toBe(false);
  const left = new Set<string>(optional);
  for (const key of Object.keys(answer).filter((each) => !left.has(each))) {
    const { [key]: _, ...rest } = answer;
    expect(validator?.(rest), key).toBe(false);
  }
  if (!Array.isArray(answer['items'])) return;
  const [first, ...others] = answer['items'] as readonly object[];
  expect(validator?.({ ...answer, items: [{ ...first, surprise: 1 }, ...others] })).toBe(false);
});

test.each(['/v1/devices/toy/td', '/v1/asyncapi.json'])('whoever has %s already gets a documented 304', async (url) => {
  const { http } = await service();
  const etag = String((await http.inject({ url })).headers.etag);
  const response = await http.inject({ url, headers: { 'if-none-match': etag } });
  expect(response.statusCode).toBe(304);
  const document = (await http.inject({ url: '/openapi.json' })).json<Document>();
  expect(document.paths[pathOf(document, url)]?.['get']?.responses).toHaveProperty('304');
});
