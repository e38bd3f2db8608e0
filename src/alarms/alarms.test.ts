import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { gaugeRig, labels } from '../../test/support/gauge.ts';
import { MemoryStore } from '../store/memory.ts';
import type { NoticeStore } from '../store/store.ts';
import { holds, isOpen } from './alarm.ts';
import type { AlarmSettings } from './rule.ts';

const common = { device: 'oven', property: 'temperature', hysteresis: 0, delayMs: 0, severity: 'warning' } as const;
const hot: AlarmSettings = { ...common, name: 'hot', high: 80, hysteresis: 5 };
const cold: AlarmSettings = { ...common, name: 'cold', low: 10, hysteresis: 2 };
const off: AlarmSettings = { ...common, name: 'off', deviation: { from: 'setpoint', by: 3 }, hysteresis: 1 };
const silent: AlarmSettings = { ...common, name: 'silent', stale: {}, delayMs: 10_000 };

test('a value above its limit is an alarm until it has come back by the hysteresis', async () => {
  const { gauge, rig, changes } = await gaugeRig({
    alarms: [{ ...hot, severity: 'critical', message: 'Open the door' }],
  });
  gauge.tell(80);
  expect(changes()).toEqual([]);
  gauge.tell(80.5);
  const [alarm] = rig.alarms.list({ limit: 10 }).items;
  expect(alarm).toMatchObject({
    alarm: 'hot',
    device: 'oven',
    property: 'temperature',
    kind: 'high',
    severity: 'critical',
    message: 'Open the door',
    state: 'active',
    value: 80.5,
    limit: 80,
    unit: '°C',
    detail: 'temperature is 80.5 °C, above 80 °C',
    raisedAt: rig.clock.now(),
    occurrences: 1,
    simulated: true,
  });
  gauge.tell(75.1);
  gauge.tell(81);
  expect(changes()).toEqual(['raised']);
  await rig.clock.advance(500);
  gauge.tell(75);
  expect(changes()).toEqual(['raised', 'cleared']);
  expect(rig.alarms.get(alarm?.id ?? '')).toMatchObject({
    state: 'cleared',
    value: 75,
    clearedAt: rig.clock.now(),
    detail: 'temperature is 75 °C, not above 80 °C',
  });
});

test('a value below its limit, and one too far from its setpoint', async () => {
  const { gauge, rig } = await gaugeRig({ alarms: [cold, off] });
  const states = () =>
    Object.fromEntries(rig.alarms.list({ limit: 10 }).items.map(({ alarm, state }) => [alarm, state]));
  gauge.tell(9);
  expect(states()).toEqual({ cold: 'active' });
  gauge.tell(11.9);
  expect(states()).toEqual({ cold: 'active' });
  gauge.tell(12);
  expect(states()).toEqual({ cold: 'cleared' });
  gauge.tell(15.1, 'setpoint');
  expect(states()).toEqual({ cold: 'cleared', off: 'active' });
  expect(rig.alarms.list({ alarm: 'off', limit: 1 }).items).toMatchObject([
    { value: 12, limit: 3, reference: 15.1, detail: 'temperature is 12 °C, more than 3 °C from 15.1 °C (setpoint)' },
  ]);
  gauge.tell(14, 'setpoint');
  expect(states()).toEqual({ cold: 'cleared', off: 'cleared' });
});

test('a value that is not good raises nothing and clears nothing', async () => {
  const { gauge, rig, changes } = await gaugeRig({ alarms: [hot, off] });
  gauge.tell(90);
  expect(changes()).toEqual(['raised']);
  gauge.fail();
  await gauge.line.cut();
  await rig.clock.advance(60_000);
  await rig.until(() => rig.device('oven').state === 'ready');
  // The setpoint is not known any more.
  gauge.tell(70, 'setpoint');
  expect(changes()).toEqual(['raised']);
  gauge.tell(60);
  expect(changes()).toEqual(['raised', 'cleared', 'raised']);
});

test('a value that is not good for long enough is an alarm of its own, and so is a device that is away', async () => {
  const { gauge, rig, changes } = await gaugeRig({ alarms: [silent] });
  await rig.clock.advance(5000);
  gauge.tell(20);
  gauge.fail('the sensor\u001b[2J is broken');
  await rig.clock.advance(9_999);
  expect(changes()).toEqual([]);
  await rig.clock.advance(1);
  expect(changes()).toEqual(['raised']);
  expect(rig.alarms.list({ limit: 1 }).items).toMatchObject([
    { kind: 'stale', limit: null, value: 20, detail: 'temperature is not good: the sensor\\u001b[2J is broken' },
  ]);
  gauge.tell(21);
  expect(changes()).toEqual(['raised', 'cleared']);
  gauge.line.down = true;
  await gauge.line.cut();
  await rig.until(() => rig.device('oven').state === 'offline');
  await rig.clock.advance(11_000);
  expect(changes()).toEqual(['raised', 'cleared', 'raised']);
});

test('a pushed value that is too old is an alarm where the rule says so', async () => {
  const { gauge, rig, changes } = await gaugeRig({ alarms: [{ ...silent, stale: { maxAgeMs: 60_000 }, delayMs: 0 }] });
  gauge.tell(20);
  const before = changes().length;
  for (let told = 0; told < 10; told++) {
    await rig.clock.advance(59_000);
    gauge.tell(20);
  }
  expect(changes()).toHaveLength(before);
  await rig.clock.advance(60_000);
  expect(changes()).toHaveLength(before);
  await rig.clock.advance(2);
  expect(changes().slice(before)).toEqual(['raised']);
  expect(rig.clock.pendingTimers).toBeLessThan(5);
});

test('it must hold for the delay, however often it is told', async () => {
  const { gauge, rig, changes } = await gaugeRig({ alarms: [{ ...hot, delayMs: 2000 }] });
  gauge.tell(90);
  await rig.clock.advance(1999);
  gauge.tell(79);
  gauge.tell(91);
  await rig.clock.advance(1999);
  gauge.tell(92);
  expect(changes()).toEqual([]);
  await rig.clock.advance(1);
  expect(changes()).toEqual(['raised']);
  expect(rig.alarms.list({ limit: 1 }).items).toMatchObject([{ value: 92 }]);
});

test('one that comes back before anybody has seen it is the same alarm; after that it is another', async () => {
  const { gauge, rig, changes } = await gaugeRig({ alarms: [hot] });
  const last = () => rig.alarms.list({ limit: 1 }).items[0];
  for (const value of [90, 20, 91, 20]) gauge.tell(value);
  const first = last();
  expect(first).toMatchObject({ state: 'cleared', occurrences: 2 });
  expect(rig.alarms.countOpen('oven')).toBe(1);
  await rig.alarms.acknowledge(first?.id ?? '', 'anna');
  expect(last()).toMatchObject({ id: first?.id, state: 'cleared', acknowledgedBy: 'anna' });
  expect(rig.alarms.countOpen('oven')).toBe(0);
  gauge.tell(92);
  expect(last()).toMatchObject({ state: 'active', occurrences: 1 });
  expect(last()?.id).not.toBe(first?.id);
  await rig.alarms.acknowledge(last()?.id ?? '', 'bert');
  expect(last()).toMatchObject({ state: 'acknowledged' });
  await rig.alarms.acknowledge(last()?.id ?? '', 'carl');
  expect(last()).toMatchObject({ state: 'acknowledged', acknowledgedBy: 'bert' });
  gauge.tell(20);
  expect(last()).toMatchObject({ state: 'cleared', acknowledgedBy: 'bert' });
  expect(changes().join(' ')).toBe('raised cleared raised cleared acknowledged raised acknowledged cleared');
  expect(first?.transitions.map(({ change, value }) => [change, value])).toEqual([
    ['raised', 90],
    ['cleared', 20],
    ['raised', 91],
    ['cleared', 20],
  ]);
});

test('what was raised before a restart is raised after it, and not raised again', async () => {
  const store = new MemoryStore(10);
  const before = await gaugeRig({ store, alarms: [hot, cold] });
  before.gauge.tell(90);
  const [alarm] = before.rig.alarms.list({ limit: 1 }).items;
  await before.rig.alarms.acknowledge(alarm?.id ?? '', 'anna');
  before.rig.alarms.close();
  const { gauge, rig, changes } = await gaugeRig({ store, alarms: [hot, cold] });
  rig.alarms.settle();
  expect(rig.alarms.list({ limit: 10 }).items).toMatchObject([{ id: alarm?.id, state: 'acknowledged' }]);
  gauge.tell(91);
  expect(changes()).toEqual([]);
  gauge.tell(20);
  expect(changes()).toEqual(['cleared']);
  expect(rig.alarms.get(alarm?.id ?? '')).toMatchObject({ state: 'cleared', acknowledgedBy: 'anna' });
});

test.each([
  ['the rule is gone', [cold]],
  ['the rule watches something else', [{ ...hot, property: 'setpoint' }]],
  ['its device is another one', [{ ...hot, device: 'nobody' }]],
])('after a restart %s: the alarm is over, and somebody still has to see it', async (_, alarms) => {
  const store = new MemoryStore(10);
  const before = await gaugeRig({ store, alarms: [hot] });
  before.gauge.tell(90);
  before.rig.alarms.close();
  const { rig, changes } = await gaugeRig({ store, alarms });
  rig.alarms.settle();
  expect(changes()).toEqual(['cleared']);
  expect(rig.alarms.list({ open: true, limit: 10 }).items).toMatchObject([
    { state: 'cleared', value: 90, detail: expect.stringMatching(/rule/) },
  ]);
});

/** A store whose notices can be read later than everything else. */
class LateStore extends MemoryStore {
  readonly #late = Promise.withResolvers<void>();
  override readonly notices: NoticeStore;

  constructor(before: MemoryStore) {
    super(10);
    this.notices = {
      facts: before.notices.facts,
      opened: this.#late.promise,
      attempted: Promise.resolve(),
      trouble: 'late',
    };
  }

  open(): void {
    this.#late.resolve();
  }
}

test('while the record cannot be read alarms work; what was raised before is not raised twice for that', async () => {
  const store = new MemoryStore(10);
  const before = await gaugeRig({ store, alarms: [hot, cold] });
  before.gauge.tell(90);
  before.rig.alarms.close();
  const [old] = before.rig.alarms.list({ limit: 1 }).items;
  const late = new LateStore(store);
  const { gauge, rig, changes } = await gaugeRig({ store: late, alarms: [hot, cold] });
  rig.alarms.settle();
  gauge.tell(91);
  const [early] = rig.alarms.list({ limit: 10 }).items;
  await rig.alarms.acknowledge(early?.id ?? '', 'anna');
  expect(store.notices.facts.entries('alarm:')).toHaveLength(1);
  late.open();
  await rig.until(() => rig.alarms.list({ limit: 10 }).items.length === 2);
  expect(changes()).toEqual(['raised', 'acknowledged']);
  expect(rig.alarms.get(old?.id ?? '')).toMatchObject({ state: 'cleared', detail: `it goes on as ${early?.id}` });
  expect(rig.alarms.list({ open: true, limit: 10 }).items).toMatchObject([{ id: early?.id, state: 'acknowledged' }]);
  expect(rig.alarms.countOpen('oven')).toBe(1);
  expect(store.notices.facts.entries('alarm:')).toHaveLength(2);
  gauge.tell(20);
  expect(rig.alarms.countOpen('oven')).toBe(0);
});

test('what turns out to hold from before is taken over, and clears by what is known by then', async () => {
  const store = new MemoryStore(10);
  const before = await gaugeRig({ store, alarms: [hot] });
  before.gauge.tell(90);
  before.rig.alarms.close();
  const late = new LateStore(store);
  const { gauge, rig, changes } = await gaugeRig({ store: late, alarms: [hot] });
  gauge.tell(20);
  expect(changes()).toEqual([]);
  late.open();
  await rig.until(() => changes().length === 1);
  expect(changes()).toEqual(['cleared']);
});

test('a device that is removed, or that a label does not mean any more, has no alarms that hold', async () => {
  const { device: _, ...anywhere } = hot;
  const { gauge, rig, changes } = await gaugeRig({ alarms: [{ ...anywhere, label: 'room=lab' }] });
  gauge.tell(90);
  rig.device('oven').labels = { room: 'hall' };
  expect(changes()).toEqual(['raised', 'cleared']);
  rig.device('oven').labels = labels;
  expect(changes()).toEqual(['raised', 'cleared', 'raised']);
  await rig.settled(rig.devices.remove('oven', { by: 'test', leaseToken: undefined }));
  expect(changes()).toEqual(['raised', 'cleared', 'raised', 'cleared']);
  expect(rig.alarms.list({ limit: 1 }).items).toMatchObject([{ detail: 'the device was removed' }]);
});

test('what is over is kept within bounds, and what somebody has to see is kept', async () => {
  const store = new MemoryStore(10);
  const { gauge, rig } = await gaugeRig({ store, alarms: [hot, cold] });
  gauge.tell(5);
  const [open] = rig.alarms.list({ limit: 1 }).items;
  gauge.tell(50);
  for (let raised = 0; raised < 150; raised++) {
    gauge.tell(90);
    await rig.alarms.acknowledge(rig.alarms.list({ limit: 1 }).items[0]?.id ?? '', 'anna');
    gauge.tell(50);
  }
  const { items } = rig.alarms.list({ limit: 1000 });
  expect(items).toHaveLength(101);
  expect(items.at(-1)?.id).toBe(open?.id);
  expect(store.notices.facts.entries('alarm:').length).toBeLessThanOrEqual(102);
  await rig.clock.advance(31 * 86_400_000);
  expect(rig.alarms.list({ limit: 1000 }).items.map(({ id }) => id)).toEqual([open?.id]);
});

type Act = number | 'fail' | 'acknowledge' | 'restart';

const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 100 }) },
  fc.constantFrom<Act>('fail', 'acknowledge', 'restart'),
);

test(
  'a rule and a device have one alarm at most, which holds as a plain hysteresis says',
  { timeout: 60_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 25 }), async (acts) => {
        const store = new MemoryStore(10);
        let its = await gaugeRig({ store, alarms: [hot] });
        let isRaised = false;
        for (const each of acts) {
          if (typeof each === 'number') {
            its.gauge.tell(each);
            isRaised = each > 80 || (isRaised && each > 75);
          } else if (each === 'fail') its.gauge.fail();
          else if (each === 'restart') {
            its.rig.alarms.close();
            its = await gaugeRig({ store, alarms: [hot] });
            its.rig.alarms.settle();
          } else {
            const [alarm] = its.rig.alarms.list({ open: true, limit: 1 }).items;
            if (alarm !== undefined) await its.rig.alarms.acknowledge(alarm.id, 'anna');
          }
          const { items } = its.rig.alarms.list({ limit: 1000 });
          expect(items.filter(holds)).toHaveLength(isRaised ? 1 : 0);
          expect(items.filter(isOpen).length).toBe(its.rig.alarms.countOpen('oven'));
          expect(its.rig.alarms.countOpen('oven')).toBeLessThanOrEqual(1);
          expect(items.map(({ id }) => id)).toEqual(
            items
              .map(({ id }) => id)
              .toSorted()
              .toReversed(),
          );
        }
      }),
      { numRuns: 60 },
    );
  },
);
