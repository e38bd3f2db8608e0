import { describe, expect, onTestFinished, test } from 'vitest';
import { faultyMessages, type MessageSubject } from '../../../../test/support/faulty-messages.ts';
import { startBroker } from '../../broker.ts';

/** What arrives, and when, if the device says these things 10 ms apart under these faults. */
async function arriving(faults: readonly object[], payloads: readonly string[] = ['one', 'two', 'three']) {
  const bench = await faultyMessages();
  await bench.faults(...faults);
  for (const payload of payloads) {
    bench.subject.say('dev/says', payload);
    await bench.clock.advance(10);
  }
  await bench.clock.advance(10_000);
  return { ...bench, payloads: bench.said.map((text) => text.slice('dev/says='.length)) };
}

/** The same of what is sent to it. */
async function hearing(faults: readonly object[], payloads: readonly string[] = ['one', 'two', 'three']) {
  const bench = await faultyMessages();
  await bench.faults(...faults);
  for (const payload of payloads) {
    await bench.set(payload);
    await bench.clock.advance(10);
  }
  return bench;
}

const always = (kind: string, more: object = {}) => ({ kind, ...more });

test('without faults everything passes as it is, at once', async () => {
  const { timed } = await arriving([]);
  expect(timed).toEqual([
    [0, 'dev/says=one'],
    [10, 'dev/says=two'],
    [20, 'dev/says=three'],
  ]);
});

describe('what is said', () => {
  test.each<[string, object, readonly string[]]>([
    ['delay', { ms: 25, match: 'one' }, ['25 one', '25 two', '25 three']],
    ['late', { ms: 500, match: 'one' }, ['10 two', '20 three', '500 one']],
    ['drop', { skip: 1, clearAfter: 1 }, ['0 one', '20 three']],
    ['drop', { match: '^dev/says t' }, ['0 one']],
    ['drop', { afterBytes: 3 }, ['0 one']],
    ['duplicate', { copies: 2, match: 'one' }, ['0 one', '0 one', '0 one', '10 two', '20 three']],
    ['duplicate', { gapMs: 15, match: 'one' }, ['0 one', '10 two', '15 one', '20 three']],
    ['truncate', { keep: 2, every: 2 }, ['0 on', '10 two', '20 th']],
    ['truncate', { keep: 0, match: 'two' }, ['0 one', '10 ', '20 three']],
    ['mute', { afterMs: 10 }, ['0 one']],
    ['hang', { afterMs: 10 }, ['0 one']],
    ['reorder', {}, ['10 two', '10 one', '220 three']],
    ['reorder', { ms: 5 }, ['5 one', '15 two', '25 three']],
  ])('%s %j', async (kind, more, expected) => {
    const { timed } = await arriving([always(kind, more)]);
    expect(timed.map(([at, text]) => `${at} ${text.slice('dev/says='.length)}`)).toEqual(expected);
  });

  test('corrupt changes the payload and never the topic', async () => {
    const { said, acted } = await arriving([{ kind: 'corrupt', unit: 'byte', count: 2, at: 0 }], ['abcdef']);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/^dev\/says=[^a].*cdef$/s);
    expect(acted()).toEqual([1]);
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'of several reordered none is lost, and the order is another one: seed %i',
    async (seed) => {
      const { subject, said, control, acted, clock } = await faultyMessages();
      await control.setFaults({ seed, faults: [{ kind: 'reorder', messages: 5 }] });
      const all = ['1', '2', '3', '4', '5'];
      for (const payload of all) subject.say('n', payload);
      await clock.advance(0);
      const order = said.map((text) => text.slice(2));
      expect(order.toSorted()).toEqual(all);
      expect(order).not.toEqual(all);
      expect(acted()).toEqual([1]);
    },
  );

  test.each(['{"a":{"b":[1,true,null,"x"]}}', '[1,2]', '12', 'true', '"text"', '', 'ON', '{'])(
    'invalid-json is none, and never what it was: %s',
    async (payload) => {
      for (let seed = 0; seed < 30; seed++) {
        const { subject, said, control, clock } = await faultyMessages();
        await control.setFaults({ seed, faults: [{ kind: 'invalid-json' }] });
        subject.say('n', payload);
        await clock.advance(0);
        const told = said[0]?.slice(2) ?? '';
        expect(() => JSON.parse(told), told).toThrow();
        if (payload !== '') expect(told).not.toBe(payload);
      }
    },
  );

  test('retained is told again to whoever comes later', async () => {
    const { subject, said, faults, retained, clock, acted } = await faultyMessages();
    await faults({ kind: 'retained', match: 'kept' });
    subject.say('dev/kept', 'old');
    subject.say('dev/other', 'x');
    subject.say('dev/kept', '');
    await clock.advance(0);
    expect(said).toEqual(['dev/kept=old', 'dev/other=x', 'dev/kept=']);
    expect(await retained()).toEqual(expect.arrayContaining(['r dev/kept=old', 'r dev/online=dev']));
    expect((await retained()).join()).not.toContain('other');
    expect(acted()).toEqual([1]);
  });
});

describe('what is heard', () => {
  const heard = { direction: 'heard' };
  test.each<[string, object, readonly string[]]>([
    ['drop', { ...heard, match: 'two' }, ['one', 'three']],
    ['duplicate', { ...heard, clearAfter: 1 }, ['one', 'one', 'two', 'three']],
    ['truncate', { ...heard, keep: 1 }, ['o', 't', 't']],
    ['late', { ...heard, ms: 15, match: 'one' }, ['two', 'one', 'three']],
    ['reorder', heard, ['two', 'one']],
    ['hang', {}, []],
    ['mute', {}, ['one', 'two', 'three']],
    ['nak', { match: 'two' }, ['one', 'three']],
    ['retained', {}, ['one', 'two', 'three']],
  ])('%s %j', async (kind, more, expected) => {
    const { subject } = await hearing([always(kind, more)]);
    expect(subject.heard).toEqual(expected);
  });

  test('a hung device hears later what was sent to it, in order, and says nothing meanwhile', async () => {
    const { subject, said, control, set, clock } = await faultyMessages();
    await control.setFaults({ faults: [{ kind: 'hang' }] });
    await set('one');
    await set('two');
    subject.say('dev/says', 'help');
    await control.clearFaults();
    await clock.advance(0);
    expect(subject.heard).toEqual(['one', 'two']);
    expect(said.filter((text) => text.startsWith('dev/ok'))).toEqual(['dev/ok=dev one', 'dev/ok=dev two']);
    expect(said.join()).not.toContain('help');
  });

  test('nak refuses in the words of the device, or in others, and it does nothing', async () => {
    const { subject, said, set, faults } = await faultyMessages();
    await faults({ kind: 'nak', clearAfter: 1 }, { kind: 'nak', text: 'go away', skip: 0, clearAfter: 1 });
    await set('one');
    await set('two');
    await set('three');
    expect(said.slice(0, 2)).toEqual(['dev/refused=not one', 'dev/refused=go away']);
    expect(subject.heard).toEqual(['three']);
  });

  test('a device without a refusal in its dialect cannot say one', async () => {
    const { faults } = await faultyMessages({ more: {} });
    for (const fault of [{ kind: 'nak' }, { kind: 'nak', text: 'no' }]) {
      await expect(faults(fault)).rejects.toMatchObject({
        code: 'invalid-request',
        message: expect.stringContaining('its dialect has no refusal'),
      });
    }
  });
});

describe('a lost acknowledgement', () => {
  test('is all that the device says at once; it has obeyed, and says other things', async () => {
    const { subject, said, set, faults, clock, acted } = await faultyMessages();
    await faults({ kind: 'lost-ack', match: 'one' });
    await set('one');
    subject.say('dev/tele', 'x');
    await set('two');
    await clock.advance(0);
    expect(subject.heard).toEqual(['one', 'two']);
    expect(said).toEqual(['dev/tele=x', 'dev/ok=dev two', 'dev/state={"by":"dev","value":"two"}']);
    expect(acted()).toEqual([1]);
  });

  test('is the first thing that it says later, if it says nothing at once', async () => {
    const { subject, said, set, faults, clock } = await faultyMessages();
    subject.answersAfterMs = 50;
    await faults({ kind: 'lost-ack', clearAfter: 1 });
    await set('one');
    await clock.advance(100);
    await set('two');
    await clock.advance(100);
    expect(said).toEqual([
      'dev/state={"by":"dev","value":"one"}',
      'dev/ok=dev two',
      'dev/state={"by":"dev","value":"two"}',
    ]);
  });

  test('is lost each time, also of what is said later', async () => {
    const { subject, said, set, faults, clock, acted } = await faultyMessages();
    subject.answersAfterMs = 50;
    await faults({ kind: 'lost-ack' });
    for (const value of ['one', 'two']) {
      await set(value);
      await clock.advance(100);
    }
    expect(said.filter((text) => text.startsWith('dev/ok'))).toEqual([]);
    expect(acted()).toEqual([2]);
  });

  test('is what the device says it is', async () => {
    const acknowledges = ({ topic }: { readonly topic: string }): boolean => topic === 'dev/state';
    const { said, set, faults } = await faultyMessages({ more: { acknowledges } });
    await faults({ kind: 'lost-ack' });
    await set('one');
    await set('two');
    expect(said).toEqual(['dev/ok=dev one', 'dev/ok=dev two']);
  });
});

describe('another device in its place', () => {
  test('is plugged in instead, greets, answers, and is taken away again', async () => {
    const { subject, other, said, set, faults, control, clock } = await faultyMessages();
    await faults({ kind: 'wrong-device' });
    await clock.advance(0);
    expect(said.splice(0)).toEqual(['dev/online=no', 'dev/online=other']);
    await set('one');
    subject.say('dev/says', 'I am here');
    await clock.advance(0);
    expect(said.splice(0)).toEqual(['dev/ok=other one', 'dev/state={"by":"other","value":"one"}']);
    expect([subject.heard, other.heard]).toEqual([[], ['one']]);
    await control.clearFaults();
    await clock.advance(0);
    expect(said.splice(0)).toEqual(['dev/online=no', 'dev/online=dev']);
    other.say('dev/says', 'I am gone');
    await set('two');
    expect(said).toEqual(['dev/ok=dev two', 'dev/state={"by":"dev","value":"two"}']);
    expect([subject.heard, other.heard]).toEqual([['two'], ['one']]);
  });

  test('comes and goes by its time', async () => {
    const { said, faults, clock } = await faultyMessages();
    await faults({ kind: 'wrong-device', afterMs: 100, clearAfterMs: 300 });
    await clock.advance(99);
    expect(said).toEqual([]);
    await clock.advance(1);
    expect(said.splice(0)).toEqual(['dev/online=no', 'dev/online=other']);
    await clock.advance(199);
    expect(said).toEqual([]);
    await clock.advance(1);
    expect(said).toEqual(['dev/online=no', 'dev/online=dev']);
  });

  test('answers single messages, where the fault is about those', async () => {
    const { said, set, faults, clock } = await faultyMessages();
    await faults({ kind: 'wrong-device', match: 'two' });
    for (const value of ['one', 'two', 'three']) await set(value);
    await clock.advance(0);
    expect(said.filter((text) => text.startsWith('dev/ok'))).toEqual([
      'dev/ok=dev one',
      'dev/ok=other two',
      'dev/ok=dev three',
    ]);
    expect(said.join()).not.toContain('online');
  });
});

describe.each(['a hub in memory', 'a broker'])('over %s', (over) => {
  async function bench() {
    if (over === 'a hub in memory') return await faultyMessages();
    const broker = await startBroker();
    onTestFinished(() => broker.close());
    return await faultyMessages({ via: 'mqtt', brokerUrl: broker.url, real: true });
  }
  const told = ({ said }: { readonly said: string[] }, text: string) =>
    expect.poll(() => said.map((one) => one.replace(/^r /, ''))).toContain(text);

  test.each(['unplug', 'broker-gone'])(
    '%s: its will is told, it is silent, and greets when it is back',
    async (kind) => {
      const its = await bench();
      await its.faults({ kind });
      await told(its, 'dev/online=no');
      its.said.splice(0);
      its.subject.say('dev/says', 'lost');
      await its.set('one');
      expect(its.subject.heard).toEqual([]);
      await its.control.clearFaults();
      await told(its, 'dev/online=dev');
      await its.set('two');
      await told(its, 'dev/ok=dev two');
      expect(its.subject.heard).toEqual(['two']);
      expect(its.said.join()).not.toContain('lost');
    },
  );

  test('it comes back by itself when it says so', async () => {
    const its = await bench();
    await its.faults({ kind: 'broker-gone', returnAfterMs: 40 });
    await told(its, 'dev/online=no');
    await its.clock.advance(39);
    if (over === 'a hub in memory') expect(its.said).not.toContain('dev/online=dev');
    await its.clock.advance(1);
    await told(its, 'dev/online=dev');
    expect(its.acted()).toEqual([1]);
  });

  test('a message can be what cuts it off', async () => {
    const its = await bench();
    await its.faults({ kind: 'broker-gone', match: 'boom', returnAfterMs: 5 });
    await its.set('boom');
    await told(its, 'dev/online=no');
    await its.clock.advance(5);
    await told(its, 'dev/online=dev');
    expect(its.subject.heard).toEqual(['boom']);
    expect(its.said.join()).not.toContain('ok=dev boom');
  });

  test('it can be unplugged and plugged in by hand', async () => {
    const its = await bench();
    expect(its.control.buttons).toEqual(['unplug', 'plug']);
    await its.control.press('unplug');
    await its.control.press('unplug');
    await told(its, 'dev/online=no');
    await its.control.press('plug');
    await told(its, 'dev/online=dev');
    await its.set('one');
    await told(its, 'dev/ok=dev one');
  });

  test('another device takes its place', async () => {
    const its = await bench();
    await its.faults({ kind: 'wrong-device' });
    await told(its, 'dev/online=other');
    await its.set('one');
    await told(its, 'dev/ok=other one');
    await its.control.clearFaults();
    await told(its, 'dev/online=dev');
  });
});

test('what a cut connection held back is lost', async () => {
  const { subject, said, faults, control, clock } = await faultyMessages();
  await faults({ kind: 'delay', ms: 100 });
  subject.say('dev/says', 'x');
  await control.press('unplug');
  await clock.advance(0);
  expect(clock.pendingTimers).toBe(0);
  await clock.advance(1000);
  expect(said).toEqual(['dev/online=no']);
});

test('faults that are replaced let go of what they hold, in order', async () => {
  const { subject, said, faults, clock } = await faultyMessages();
  await faults({ kind: 'delay', ms: 10_000 }, { kind: 'reorder', messages: 9, ms: 60_000 });
  for (const payload of ['1', '2', '3']) subject.say('n', payload);
  await faults();
  await clock.advance(0);
  expect(said).toEqual(['n=1', 'n=2', 'n=3']);
  expect(clock.pendingTimers).toBe(0);
});

test('a fault can wait for a state of the device', async () => {
  const { said, set, faults } = await faultyMessages();
  await faults({ kind: 'mute', when: { state: 'value', is: 'quiet' } });
  for (const value of ['one', 'quiet', 'loud']) await set(value);
  expect(said.filter((text) => text.startsWith('dev/ok'))).toEqual(['dev/ok=dev one', 'dev/ok=dev loud']);
});

const mixture = [
  { kind: 'delay', ms: 3, jitterMs: 40, probability: 0.5 },
  { kind: 'reorder', messages: 3, ms: 30, probability: 0.3 },
  { kind: 'drop', probability: 0.1 },
  { kind: 'duplicate', gapMs: 7, probability: 0.2, direction: 'heard' },
  { kind: 'corrupt', probability: 0.2 },
  { kind: 'truncate', probability: 0.2 },
  { kind: 'invalid-json', probability: 0.2 },
  { kind: 'lost-ack', probability: 0.2 },
  { kind: 'nak', probability: 0.1 },
  { kind: 'retained', probability: 0.1 },
  { kind: 'wrong-device', probability: 0.1 },
  { kind: 'broker-gone', returnAfterMs: 15, probability: 0.02 },
];

async function run(seed: number): Promise<readonly (readonly [number, string])[]> {
  const { subject, timed, set, control, clock } = await faultyMessages();
  await control.setFaults({ seed, faults: mixture });
  const drive = async (its: MessageSubject, step: number): Promise<void> => {
    await set(`v${step}`);
    if (step % 3 === 0) its.say('dev/tele', JSON.stringify({ step, more: 'x'.repeat(step % 7) }));
    await clock.advance(step % 11);
  };
  for (let step = 0; step < 300; step++) await drive(subject, step);
  await clock.advance(1000);
  return timed;
}

test('the same seed is the same run, message for message; another seed is another', async () => {
  const [one, same, other] = [await run(11), await run(11), await run(12)];
  expect(one.length).toBeGreaterThan(200);
  expect(same).toEqual(one);
  expect(other).not.toEqual(one);
});
