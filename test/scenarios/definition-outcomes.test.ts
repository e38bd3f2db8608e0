import { expect, test } from 'vitest';
import { definitionDriver } from '../../drivers/declarative/driver.ts';
import { type Answers, FarDevice } from '../support/defined-device.ts';
import { type DefinitionInput, definitionOf } from '../support/definition.ts';
import { createRig, MemoryLine } from '../support/rig.ts';

const number = { type: 'number', minimum: 0, maximum: 100 };

/** An oven: every message carries the sum of its bytes, in hex. */
const oven: DefinitionInput = {
  name: 'oven',
  frame: { send: '{message}{%0<sum8>}', expect: '{message}{%0<sum8>}' },
  identify: { send: 'ID?', expect: 'OVEN {version:%d}' },
  errors: [
    { match: 'E{code:%d}', texts: { '7': 'Door open' } },
    { match: 'WAIT', outcome: 'busy' },
  ],
  properties: {
    setpoint: {
      schema: number,
      pollMs: 1000,
      read: { send: 'S?', expect: 'S{value:%f}' },
      write: { send: 'S{value:%.1f}', expect: 'OK', spec: { confirmation: 'confirmed', verify: { tolerance: 0.05 } } },
    },
    temperature: { schema: number, read: { send: 'X?', expect: '{t:%f},{h:%f}', from: 'state', field: 't' } },
    humidity: { schema: number, read: { send: 'X?', expect: '{t:%f},{h:%f}', from: 'state', field: 'h' } },
    door: { schema: { type: 'boolean' } },
  },
  commands: {
    pulse: { send: 'P', expect: 'OK', result: {} },
    count: { send: 'N?', expect: 'N{n:%d}', result: { n: number } },
    load: { steps: [{ send: 'OPEN', expect: 'OK' }, { waitMs: 100 }, { send: 'CLOSE', expect: 'OK' }] },
    heat: {
      spec: { long: true, timeoutMs: 1000 },
      steps: [
        { send: 'HEAT', expect: 'OK' },
        { repeat: { send: 'H?', expect: 'H{left:%d}', until: { left: 0 }, everyMs: 200, withinMs: 60_000 } },
      ],
    },
  },
  unsolicited: [{ match: 'DOOR {value:%{CLOSED|OPEN}}', report: { door: 'value' } }],
  stop: { send: 'OFF', expect: 'OK' },
};

/** The sum in two hex digits, as the far end reckons it. */
const summed = (text: string): string => {
  const sum = Buffer.from(text, 'latin1').reduce((total, byte) => total + byte, 0);
  return `${text}${(sum % 256).toString(16).toUpperCase().padStart(2, '0')}`;
};
const all = (answers: Answers): Answers =>
  Object.fromEntries(
    Object.entries(answers).map(([message, said]) => [
      summed(message),
      [said].flat().map((text) => (text === '' ? '' : `${summed(text)}\n`)),
    ]),
  );

const healthy = {
  'ID?': 'OVEN 3',
  'S?': 'S20.0',
  'S40.0': 'OK',
  'X?': '21.5,40',
  P: 'OK',
  'N?': 'N7',
  OPEN: 'OK',
  CLOSE: 'OK',
  HEAT: 'OK',
  'H?': 'H5',
  OFF: 'OK',
};

async function readyOven(answers: Answers = {}) {
  const served: FarDevice[] = [];
  const current = (): FarDevice => served.at(-1) ?? (Promise.reject(new Error('not served')) as never);
  const line = new MemoryLine((far) => void served.push(new FarDevice(far, all({ ...healthy, ...answers }))));
  const rig = createRig(definitionDriver(definitionOf(oven)), { line }, [{ id: 'oven', connection: 'line' }]);
  await rig.until(
    () => rig.device('oven').state === 'ready' && rig.device('oven').reading('humidity').at !== undefined,
  );
  const forgotten = served.flatMap(({ heard }) => heard).length;
  return {
    rig,
    line,
    device: current,
    say: (text: string) => current().say(`${summed(text)}\n`),
    answer: (message: string, ...said: string[]) => {
      const [entry] = Object.entries(all({ [message]: said }));
      if (entry !== undefined) current().answer(entry[0], ...[entry[1]].flat());
    },
    /** What was sent since, checksums taken off, without what only asks. */
    deeds: () =>
      served
        .flatMap(({ heard }) => heard)
        .slice(forgotten)
        .map((message) => message.slice(0, -2))
        .filter((message) => !message.endsWith('?')),
    heard: () =>
      served
        .flatMap(({ heard }) => heard)
        .slice(forgotten)
        .map((message) => message.slice(0, -2)),
  };
}

test('what the device acknowledges has succeeded', async () => {
  const { rig, deeds } = await readyOven();
  expect(await rig.settled(rig.submit('oven', 'pulse'))).toMatchObject({
    outcome: 'succeeded',
    confirmation: 'acknowledged',
    evidence: { sent: summed('P'), reply: summed('OK') },
    result: {},
  });
  expect(deeds()).toEqual(['P']);
});

test('a command’s result is what the reply told, if it is what the result may be', async () => {
  const { rig, answer } = await readyOven();
  expect(await rig.settled(rig.submit('oven', 'count'))).toMatchObject({ outcome: 'succeeded', result: { n: 7 } });
  answer('N?', 'N700');
  expect(await rig.settled(rig.submit('oven', 'count'))).toMatchObject({
    outcome: 'unknown',
    error: { code: 'device-protocol' },
  });
});

test('a write is confirmed by what is read back, and by nothing else', async () => {
  const { rig, answer } = await readyOven();
  answer('S?', 'S40.0');
  expect(await rig.settled(rig.submit('oven', 'write:setpoint', { value: 40 }))).toMatchObject({
    outcome: 'succeeded',
    confirmation: 'confirmed',
  });
  answer('S?', 'S39.0');
  expect(await rig.settled(rig.submit('oven', 'write:setpoint', { value: 40 }))).toMatchObject({
    outcome: 'failed',
    error: { code: 'verify-mismatch' },
  });
});

test('a refusal keeps the device’s code and words, and leaves the line in step', async () => {
  const { rig, answer } = await readyOven();
  answer('P', 'E7');
  expect(await rig.settled(rig.submit('oven', 'pulse'))).toMatchObject({
    outcome: 'refused',
    error: { code: 'device-refused', device: { code: '7', text: 'Door open' } },
  });
  expect(rig.device('oven').state).toBe('ready');
});

test('"not now" is a refusal that may be tried again, and leaves the line in step', async () => {
  const { rig, answer } = await readyOven();
  answer('P', 'WAIT', 'OK');
  expect(await rig.settled(rig.submit('oven', 'pulse'))).toMatchObject({ outcome: 'refused', error: { code: 'busy' } });
  expect(rig.device('oven').state).toBe('ready');
  expect(await rig.settled(rig.submit('oven', 'pulse'))).toMatchObject({ outcome: 'succeeded' });
});

test('silence: nobody knows; the line is quarantined, and the next command works', async () => {
  const { rig, answer, deeds } = await readyOven();
  answer('P', '');
  expect(await rig.settled(rig.submit('oven', 'pulse'))).toMatchObject({
    outcome: 'unknown',
    error: { code: 'device-timeout' },
  });
  expect(rig.device('oven').state).toBe('quarantined');
  answer('P', 'OK');
  expect(await rig.settled(rig.submit('oven', 'pulse'))).toMatchObject({ outcome: 'succeeded' });
  expect(deeds()).toEqual(['P', 'P']);
});

test.each([
  ['nonsense', `${summed('WHAT')}\n`, 0],
  ['a wrong checksum', 'OK00\n', 1],
  ['half a reply', 'O', 0],
])('%s: nobody knows', async (_, said, damaged) => {
  const { rig, device } = await readyOven();
  device().answer(summed('P'), said);
  const record = await rig.settled(rig.submit('oven', 'pulse'));
  expect(record.outcome).toBe('unknown');
  expect(record.confirmation).toBe('sent');
  expect(rig.registry.tallies.all.map(({ checksumErrors }) => checksumErrors)).toEqual([damaged]);
  expect(await rig.settled(rig.submit('oven', 'count'))).toMatchObject({ outcome: 'succeeded', result: { n: 7 } });
});

test('a reply that comes late resolves its own command', async () => {
  const { rig, answer, say } = await readyOven();
  answer('N?', '');
  const record = await rig.settled(rig.submit('oven', 'count'));
  expect(record.outcome).toBe('unknown');
  await say('N9');
  await rig.until(() => record.resolvedLate === true);
  expect(record).toMatchObject({ outcome: 'succeeded', result: { n: 9 } });
});

test('a reply that comes too late answers nobody, least of all the next', async () => {
  const { rig, answer, say } = await readyOven();
  answer('N?', '');
  const record = await rig.settled(rig.submit('oven', 'count'));
  await rig.until(() => rig.device('oven').state === 'ready');
  const before = rig.device('oven').unmatched;
  const next = rig.submit('oven', 'count');
  await say('N9');
  await rig.clock.advance(10);
  await say('N3');
  expect(await rig.settled(next)).not.toMatchObject({ result: { n: 9 }, outcome: 'succeeded' });
  expect(record.outcome).toBe('unknown');
  expect(rig.device('oven').unmatched).toBeGreaterThan(before);
});

test('a sequence that is refused half-way has failed, and goes no further', async () => {
  const { rig, answer, deeds } = await readyOven();
  answer('OPEN', 'E7', 'OK');
  expect(await rig.settled(rig.submit('oven', 'load'))).toMatchObject({ outcome: 'refused' });
  expect(deeds()).toEqual(['OPEN']);
  answer('CLOSE', 'E7');
  expect(await rig.settled(rig.submit('oven', 'load'))).toMatchObject({
    outcome: 'failed',
    error: { code: 'device-failed', device: { code: '7' } },
  });
});

test('a connection lost amid a sequence: nobody knows, at once; the rest is never sent', async () => {
  const { rig, line, deeds } = await readyOven();
  const loading = rig.submit('oven', 'load');
  await rig.clock.advance(50);
  await line.cut();
  expect(await rig.settled(loading, 50)).toMatchObject({ outcome: 'unknown', error: { code: 'connection-lost' } });
  await rig.until(() => rig.device('oven').state === 'ready');
  await rig.clock.advance(5000);
  expect(deeds()).toEqual(['OPEN']);
});

test('a long command lets others have the line, and outlives its time while it gets on', async () => {
  const { rig, answer } = await readyOven();
  answer('H?', ...Array.from({ length: 12 }, (_, round) => `H${11 - round}`));
  const heating = rig.submit('oven', 'heat');
  await rig.clock.advance(500);
  expect(await rig.settled(rig.submit('oven', 'pulse'), 200)).toMatchObject({ outcome: 'succeeded' });
  const record = await rig.settled(heating);
  expect(record).toMatchObject({ outcome: 'succeeded' });
  expect((record.endedAt ?? 0) - record.submittedAt).toBeGreaterThan(2000);
});

test('a stop amid a repetition leaves at once; nothing more is asked for it', async () => {
  const { rig, heard, deeds } = await readyOven();
  const heating = rig.submit('oven', 'heat');
  await rig.clock.advance(500);
  const stopped = await rig.settled(rig.device('oven').stop('stop-1'), 100);
  expect(stopped.invoked).toMatchObject({ returned: true, level: 'acknowledged' });
  expect(await rig.settled(heating)).toMatchObject({ outcome: 'unknown', error: { code: 'stopped' } });
  const rounds = heard().filter((message) => message === 'H?').length;
  await rig.clock.advance(2000);
  expect(heard().filter((message) => message === 'H?')).toHaveLength(rounds);
  expect(deeds()).toEqual(['HEAT', 'OFF']);
});

test('a stop amid an exchange is not acknowledged by the reply that it interrupted', async () => {
  const { rig, answer, say, deeds } = await readyOven();
  for (const message of ['P', 'OFF', 'ID?']) answer(message, '');
  const pulsing = rig.submit('oven', 'pulse');
  await rig.clock.advance(10);
  const stopping = rig.device('oven').stop('stop-1');
  await rig.clock.advance(1);
  expect(deeds()).toEqual(['P', 'OFF']);
  await say('OK');
  await say('OVEN 3');
  const stopped = await rig.settled(stopping);
  expect(deeds()).toEqual(['P', 'OFF', 'OFF']);
  expect(stopped.invoked).toMatchObject({ returned: false, left: true, level: 'sent' });
  expect(await rig.settled(pulsing)).toMatchObject({ outcome: 'unknown' });
});

test('properties that stand in one reply are polled together, and no others with them', async () => {
  const { rig, heard, answer } = await readyOven();
  answer('S?', '');
  await rig.clock.advance(61_000);
  const asked = heard();
  expect(asked.filter((message) => message === 'X?')).toHaveLength(1);
  expect(rig.device('oven').reading('temperature')).toMatchObject({ value: 21.5, quality: 'good' });
  expect(rig.device('oven').reading('humidity')).toMatchObject({ value: 40, quality: 'good' });
  expect(rig.device('oven').reading('setpoint').quality).toBe('bad');
});

test('what the device sends unasked becomes a reading', async () => {
  const { rig, say } = await readyOven();
  await say('DOOR OPEN');
  await rig.clock.advance(0);
  expect(rig.device('oven').reading('door')).toMatchObject({ value: true, quality: 'good' });
});

test('another device on the line is not taken', async () => {
  const line = new MemoryLine((far) => void new FarDevice(far, all({ 'ID?': 'KILN 3' })));
  const rig = createRig(definitionDriver(definitionOf(oven)), { line }, [{ id: 'oven', connection: 'line' }]);
  await rig.until(() => rig.device('oven').detail !== undefined && rig.device('oven').state !== 'connecting');
  expect(rig.device('oven').detail).toContain('"KILN 3');
});
