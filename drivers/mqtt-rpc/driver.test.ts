import { describe, expect, onTestFinished, test } from 'vitest';
import { type LampSimulator, mqttRpcSimulator } from '../../simulators/mqtt-rpc/index.ts';
import { hubFarClient } from '../../simulators/wire/far-client.ts';
import { messageCall, recordingContext, runCommand, sharedOn } from '../../test/support/message-call.ts';
import { lampOptions } from '../../test/support/mqtt/mqtt-rpc.ts';
import { type AnySession, type Message, type MessageConnection, validate } from '../../src/driver/index.ts';
import { settle, VirtualClock } from '../../src/testing/virtual-clock.ts';
import { servedWithFaults } from '../../test/support/mqtt/faults.ts';
import { MemoryHub } from '../../src/transport/memory.ts';
import { mqttRpcDriver } from './driver.ts';
import { mqttRpcOptions, type MqttRpcOptions } from './model.ts';

const correlations = ['properties', 'field', 'topic'] as const;
type Correlation = (typeof correlations)[number];

/** Options for a device that nobody simulates: a test is the device. */
const bare = (more: Partial<MqttRpcOptions>): MqttRpcOptions => ({
  device: 'd1',
  correlation: 'properties',
  request: 'd/{device}/{method}',
  methods: { go: { summary: 'Go', effect: 'actuate' } },
  ...more,
});

async function bench(options: MqttRpcOptions, connect = (hub: MemoryHub): MessageConnection => hub.connect('near')) {
  const clock = new VirtualClock();
  const hub = new MemoryHub();
  const near = connect(hub);
  const far = hub.connect('far');
  const heard: Message[] = [];
  await far.subscribe('#', (message) => void heard.push(message));
  const { context, told } = recordingContext(clock, undefined, sharedOn(near, clock));
  const attach = async (): Promise<AnySession> => {
    const attaching = mqttRpcDriver.attach(near, options, context);
    void attaching.catch(() => {});
    await settle();
    return await attaching;
  };
  const call = (extra: { dryRun?: boolean } = {}) => messageCall({ connection: near, clock, ...extra });
  return { clock, hub, near, far, heard, context, told, attach, call };
}

async function lamp(correlation: Correlation, left: readonly (keyof MqttRpcOptions)[] = []) {
  const it = await bench(without(lampOptions('lamp', correlation), left));
  const simulator: LampSimulator = mqttRpcSimulator.create({
    clock: it.clock,
    seed: 1,
    options: { device: 'lamp', correlation },
  });
  onTestFinished(() => simulator.close());
  const { wire, behaviour } = simulator;
  const will = wire.shape === 'messages' ? wire.will : undefined;
  const mute = servedWithFaults(simulator, hubFarClient(it.hub, will), it.clock);
  await settle();
  return { ...it, behaviour, mute, session: await it.attach() };
}

function without(options: MqttRpcOptions, keys: readonly (keyof MqttRpcOptions)[]): MqttRpcOptions {
  const kept = { ...options };
  for (const key of keys) Reflect.deleteProperty(kept, key);
  return kept;
}

const json = ({ payload }: Message): unknown => JSON.parse(Buffer.from(payload).toString());
const outcomeOf = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);

describe.each(correlations)('with ids in the %s', (correlation) => {
  test('answers are confirmed by what the device reports, and refused in its words', async () => {
    const { session, call, behaviour } = await lamp(correlation);
    const its = call();
    expect(await runCommand(session, 'set', { on: true, level: 20 }, its)).toEqual({ on: true, level: 20 });
    expect(its.confirmed.map(({ level }) => level)).toEqual(['confirmed']);
    expect(behaviour).toMatchObject({ on: true, level: 20 });
    await expect(runCommand(session, 'set', { on: true, level: 95 }, call())).rejects.toMatchObject({
      code: 'device-refused',
      device: { code: '409', text: expect.stringContaining('too bright') },
    });
    await expect(runCommand(session, 'explode', {}, call())).rejects.toMatchObject({ code: 'device-failed' });
    await expect(runCommand(session, 'unknown', {}, call())).rejects.toMatchObject({ device: { code: '404' } });
  });

  test('a late answer resolves its command, whatever was asked since', async () => {
    const { session, call, behaviour, clock, told } = await lamp(correlation);
    behaviour.holdAnswers();
    const calls = [call(), call()];
    for (const its of calls) {
      const outcome = outcomeOf(runCommand(session, 'set', { on: true }, its));
      await clock.advance(300);
      expect(await outcome).toMatchObject({ code: 'device-timeout' });
    }
    const refused = call();
    const outcome = outcomeOf(runCommand(session, 'explode', {}, refused));
    await clock.advance(3_600_000);
    await outcome;
    behaviour.releaseAnswers();
    await settle();
    for (const its of calls) expect(its.late).toEqual([{ on: true, level: 50 }]);
    expect(refused.late).toMatchObject([{ code: 'device-failed' }]);
    expect(told.unmatched).toEqual([]);
  });

  test('several at once, each its own', async () => {
    const { session, call, behaviour } = await lamp(correlation);
    behaviour.holdAnswers();
    const answers = [10, 20, 30].map((level) => runCommand(session, 'set', { on: true, level }, call()));
    await settle();
    behaviour.releaseAnswers();
    expect(await Promise.all(answers)).toMatchObject([{ level: 10 }, { level: 20 }, { level: 30 }]);
  });

  test('what is not waited for is sent, no more', async () => {
    const { session, call, behaviour } = await lamp(correlation);
    const its = call();
    expect(await runCommand(session, 'wink', {}, its)).toEqual({});
    await settle();
    expect(behaviour.blinked).toBe(1);
    expect(its.confirmed).toEqual([]);
  });

  test('a stop goes out, to a device that is away too, and is worth its answer', async () => {
    const { session, call, behaviour, clock } = await lamp(correlation);
    behaviour.on = true;
    const its = call();
    // Erased handlers take `never`.
    await session.stop?.(its.call as never);
    expect(behaviour.on).toBe(false);
    expect(its.confirmed.map(({ level }) => level)).toEqual(['confirmed']);
    behaviour.goOffline();
    await settle();
    const unheard = call();
    const outcome = outcomeOf(session.stop?.(unheard.call as never) ?? Promise.resolve());
    await clock.advance(300);
    expect(await outcome).toMatchObject({ code: 'device-timeout' });
    expect(unheard.published).toHaveLength(1);
  });

  test('the model is what was declared, closed and bounded', async () => {
    const { session } = await lamp(correlation);
    const { commands, stop } = session.model ?? {};
    expect(session.model?.name).toBe('mqtt-rpc-lamp');
    expect(Object.fromEntries(Object.entries(commands ?? {}).map(([name, its]) => [name, its.confirmation]))).toEqual({
      get: 'acknowledged',
      set: 'confirmed',
      blink: 'acknowledged',
      wink: 'sent',
      explode: 'acknowledged',
      unknown: 'acknowledged',
    });
    expect(validate(commands?.['set']?.params ?? {}, { on: true, x: 1 })).not.toEqual([]);
    expect(stop).toMatchObject({ confirmation: 'confirmed' });
  });
});

describe('MQTT 5', () => {
  test('carries the response topic, which is ours alone, and the id', async () => {
    const it = await bench(bare({}));
    const other = await bench(bare({}));
    const outcomes = [it, other].map(async ({ attach, call }) => runCommand(await attach(), 'go', {}, call()));
    await settle();
    await settle();
    const [mine, theirs] = [it.heard[0], other.heard[0]];
    expect(mine).toMatchObject({ topic: 'd/d1/go', contentType: 'application/json' });
    expect(json(mine as Message)).toEqual({});
    expect(mine?.responseTopic).toMatch(/^bellcrank\/[0-9a-f]{16}\/response$/);
    expect(mine?.responseTopic).not.toBe(theirs?.responseTopic);
    expect(mine?.correlationData).not.toEqual(theirs?.correlationData);
    for (const { far, heard } of [it, other]) {
      const { responseTopic = '', correlationData = new Uint8Array() } = heard[0] ?? {};
      await far.publish(responseTopic, '', { correlationData, userProperties: { status: '200' } });
    }
    expect(await Promise.all(outcomes)).toEqual([{}, {}]);
  });

  async function asked(more: Partial<MqttRpcOptions> = {}) {
    const it = await bench(bare(more));
    const session = await it.attach();
    const its = it.call();
    const outcome = outcomeOf(runCommand(session, 'go', {}, its));
    await settle();
    const { responseTopic = '', correlationData = new Uint8Array() } = it.heard[0] ?? {};
    const answer = async (payload: string, options: object = { correlationData }): Promise<void> => {
      await it.far.publish(responseTopic, payload, options);
      await settle();
    };
    return { ...it, its, outcome, answer, correlationData };
  }

  test('what comes with another id, without one, or kept answers nothing, and is counted', async () => {
    const { answer, told, outcome, clock, correlationData } = await asked();
    await answer('{}', {});
    await answer('{}', { correlationData: Uint8Array.of(1) });
    await answer('{}', { correlationData: new Uint8Array(70_000) });
    expect(told.unmatched).toHaveLength(3);
    await clock.advance(5000);
    expect(await outcome).toMatchObject({ code: 'device-timeout' });
    expect(correlationData.length).toBeLessThan(64);
  });

  test.each([
    ['200', {}],
    ['204', {}],
    ['400', { code: 'device-refused', device: { code: '400', text: 'because' } }],
    ['404', { code: 'device-refused' }],
    ['500', { code: 'device-failed', device: { code: '500', text: 'because' } }],
    ['503', { code: 'device-failed' }],
    ['504', { code: 'device-timeout', device: { code: '504', text: 'because' } }],
    ['fine', { code: 'device-protocol' }],
    ['99', { code: 'device-protocol' }],
  ])('the status %s', async (status, expected) => {
    const { answer, outcome, correlationData } = await asked();
    await answer('because', { correlationData, userProperties: { status } });
    expect(await outcome).toMatchObject(expected);
  });

  test('is needed: a connection of MQTT 3.1.1 is a clear error', async () => {
    const old = (hub: MemoryHub): MessageConnection => {
      return Object.defineProperty(hub.connect('near'), 'protocolVersion', { value: 4 });
    };
    const { attach } = await bench(bare({}), old);
    await expect(attach()).rejects.toMatchObject({
      code: 'invalid-request',
      message: expect.stringContaining('protocolVersion: 5'),
    });
    const field = await bench(bare({ correlation: 'field', response: 'd/{device}/answers' }), old);
    await field.attach();
  });
});

describe('payloads', () => {
  test('of an id in a field: where the options say', async () => {
    const at = { id: '/meta/id', method: '/meta/op', params: '' };
    const it = await bench(
      bare({
        correlation: 'field',
        request: 'd/in',
        response: 'd/out',
        numberedIds: true,
        at,
        methods: {
          go: {
            summary: 'Go',
            effect: 'actuate',
            method: 'GO',
            params: { properties: { far: { type: 'integer' } } },
            result: { type: 'integer' },
          },
        },
      }),
    );
    const session = await it.attach();
    const outcome = runCommand(session, 'go', { far: 3 }, it.call());
    await settle();
    const sent = json(it.heard[0] as Message) as { meta: { id: number } };
    expect(sent).toEqual({ meta: { id: expect.any(Number), op: 'GO' }, far: 3 });
    await it.far.publish('d/out', JSON.stringify({ meta: { id: String(sent.meta.id) }, result: 0 }));
    await it.far.publish('d/out', JSON.stringify({ meta: { id: sent.meta.id }, result: 7 }));
    expect(await outcome).toBe(7);
    expect(it.told.unmatched).toEqual(['message without an id on d/out']);
  });

  test('of ThingsBoard: the id in the topic (docs, "RPC", server-side)', async () => {
    const it = await bench(
      bare({
        device: 'me',
        correlation: 'topic',
        numberedIds: true,
        request: 'v1/devices/{device}/rpc/request/{id}',
        response: 'v1/devices/{device}/rpc/response/{id}',
        methods: {
          'set-gpio': {
            summary: 'Set',
            effect: 'actuate',
            method: 'setGpio',
            params: { properties: { pin: { type: 'integer' } } },
          },
        },
      }),
    );
    const session = await it.attach();
    const outcome = runCommand(session, 'set-gpio', { pin: 4 }, it.call());
    await settle();
    const [sent] = it.heard;
    expect(sent?.topic).toMatch(/^v1\/devices\/me\/rpc\/request\/\d+$/);
    expect(json(sent as Message)).toEqual({ method: 'setGpio', params: { pin: 4 } });
    const id = sent?.topic.split('/').at(-1) ?? '';
    await it.far.publish(`v1/devices/me/rpc/response/${id}0`, '{}');
    await it.far.publish(`v1/devices/me/rpc/response/${id}`, '{"ok":true}');
    expect(await outcome).toEqual({});
    expect(it.told.unmatched).toHaveLength(1);
  });

  test.each([
    ['{"error":"no such pin"}', { code: 'device-failed', device: { code: '', text: 'no such pin' } }],
    ['{"error":{"code":-32601,"message":"Method not found"}}', { code: 'device-refused', device: { code: '-32601' } }],
    ['{"error":{"code":"E7","message":"jam"}}', { code: 'device-failed', device: { code: 'E7', text: 'jam' } }],
    ['{"error":null,"result":{"on":true}}', { on: true }],
    ['{"result":7}', { code: 'verify-mismatch' }],
    ['{"result":{"on":false}}', { code: 'verify-mismatch' }],
    ['{}', { code: 'device-protocol' }],
  ])('the answer %s', async (answer, expected) => {
    const it = await lamp('field', ['probe', 'availability']);
    const { session, far, heard, call } = it;
    it.mute(true);
    const outcome = outcomeOf(runCommand(session, 'set', { on: true }, call()));
    await settle();
    const { id } = json(heard.at(-1) as Message) as { id: string };
    await far.publish('lamps/lamp/rpc/response', JSON.stringify({ id, ...(JSON.parse(answer) as object) }));
    expect(await outcome).toMatchObject(expected);
  });
});

describe('presence', () => {
  test('a device of which its topic tells nothing is absent, and there when it comes', async () => {
    const options = lampOptions('lamp', 'field');
    const it = await bench(without(options, ['probe']));
    const attaching = it.attach();
    await it.clock.advance(300);
    const session = await attaching;
    expect(it.told.available).toBe(false);
    await expect(runCommand(session, 'blink', {}, it.call())).rejects.toMatchObject({ code: 'device-offline' });
    await it.far.publish('lamps/lamp/status', 'online', { retain: true });
    await settle();
    expect(it.told.available).toBe(true);
    await it.far.publish('lamps/lamp/status', 'whatever');
    await it.far.publish('lamps/lamp/status', 'offline');
    await settle();
    expect(it.told.unmatched).toHaveLength(1);
    expect(it.told.available).toBe(false);
  });

  test('a probe that is not answered: not attached', async () => {
    const it = await bench(without(lampOptions('lamp', 'field'), ['availability']));
    const attaching = outcomeOf(it.attach());
    await it.clock.advance(300);
    expect(await attaching).toMatchObject({ code: 'device-timeout' });
  });
});

describe('options', () => {
  test.each<[string, Partial<MqttRpcOptions>]>([
    ['no response topic', { correlation: 'field' }],
    ['{id} in a topic for another correlation', { request: 'd/{id}' }],
    ['no {id} in the response', { correlation: 'topic', request: 'd/{id}', response: 'r' }],
    ['a method that does not fit a topic', { methods: { go: { summary: 'x', effect: 'read', method: 'a/b' } } }],
    ['a stop that is no method', { stop: [{ command: 'constructor' }] }],
    ['a stop with parameters that are refused', { stop: [{ command: 'go', params: { x: 1 } }] }],
    ['a probe that acts', { probe: 'go' }],
    ['a probe that is no method', { probe: 'constructor' }],
    [
      'the id where a parameter is',
      {
        correlation: 'field',
        response: 'r',
        at: { params: '' },
        methods: { go: { summary: 'x', effect: 'read', params: { properties: { id: { type: 'string' } } } } },
      },
    ],
    [
      'a confirmation by what is no parameter',
      {
        methods: { go: { summary: 'x', effect: 'read', result: { type: 'boolean' }, confirmedBy: { on: '' } } },
      },
    ],
    [
      'a bound that does not fit its type',
      {
        methods: { go: { summary: 'x', effect: 'read', result: { type: 'boolean', maximum: 3 } } },
      },
    ],
    ['a list of anything', { methods: { go: { summary: 'x', effect: 'read', result: { type: 'array' } } } }],
    [
      'a required field that is not there',
      {
        methods: { go: { summary: 'x', effect: 'read', params: { properties: {}, required: ['on'] } } },
      },
    ],
    [
      'two methods that look alike',
      {
        request: 'd',
        methods: { go: { summary: 'x', effect: 'read' }, come: { summary: 'x', effect: 'read' } },
      },
    ],
  ])('with %s are refused', async (_, more) => {
    const { attach, heard } = await bench(bare(more));
    await expect(attach()).rejects.toMatchObject({ code: 'invalid-request' });
    expect(heard).toEqual([]);
  });

  test.each<[string, object]>([
    ['a wildcard', { request: 'd/+/x' }],
    ['a placeholder of nobody', { request: 'd/{x}' }],
    ['a device of several levels', { device: 'a/b' }],
    ['a topic of the broker', { request: '$SYS/x' }],
    ['no methods', { methods: {} }],
    ['a pointer to a prototype', { at: { id: '/__proto__/x' } }],
    ['a keyword of nobody', { methods: { go: { summary: 'x', effect: 'read', result: { type: 'boolean', if: {} } } } }],
    ['a key of nobody', { qos: 1 }],
  ])('with %s are not valid', (_, more) => {
    expect(validate(mqttRpcOptions, { ...bare({}), ...more })).not.toEqual([]);
  });

  test('as in the examples are valid, and say which device they mean', () => {
    for (const correlation of correlations) expect(validate(mqttRpcOptions, lampOptions('a', correlation))).toEqual([]);
    expect(mqttRpcDriver.address?.(bare({}))).toBe('d/d1/{method}');
  });
});
