import { expect, test } from 'vitest';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { StateMachine, type StateMachineOptions } from './state-machine.ts';

function machine<S extends string>(make: (told: string[]) => StateMachineOptions<S>) {
  const clock = new VirtualClock();
  const told: string[] = [];
  return { clock, told, it: new StateMachine(clock, make(told)) };
}

const light = (told: string[]): StateMachineOptions<'red' | 'green' | 'off'> => ({
  initial: 'red',
  states: {
    red: { entry: (from) => told.push(`red from ${from ?? 'nowhere'}`), exit: (to) => told.push(`red to ${to}`) },
    green: { entry: (from) => told.push(`green from ${from}`) },
  },
  transitions: [
    { from: 'red', to: 'green', afterMs: 30 },
    { from: 'green', to: 'red', afterMs: 20 },
  ],
});

test('times run out on the clock, and hooks are called on the way', async () => {
  const { clock, told, it } = machine(light);
  await clock.advance(29);
  expect(it.state).toBe('red');
  await clock.advance(1);
  expect(told).toEqual(['red from nowhere', 'red to green', 'green from red']);
  expect(it.state).toBe('green');
  await clock.advance(25);
  expect(it.state).toBe('red');
  expect(it.sinceMs).toBe(5);
});

test('what ran out while nobody looked did so at its time', () => {
  let now = 0;
  const stalled = {
    now: () => now,
    monotonic: () => now,
    timer: () => ({ cancel: () => {} }),
    ioTurn: () => Promise.resolve(),
  };
  const it = new StateMachine(stalled, light([]));
  now = 50 + 30 + 7;
  expect(it.state).toBe('green');
  expect(it.sinceMs).toBe(7);
});

test('the first transition that applies is taken, then all are looked at again', () => {
  let level = 0;
  const { it } = machine<'low' | 'middle' | 'high' | 'broken'>(() => ({
    initial: 'low',
    transitions: [
      { to: 'broken', when: () => level > 100 },
      { from: 'low', to: 'middle', when: () => level > 10 },
      { from: ['low', 'middle'], to: 'high', when: () => level > 50 },
    ],
  }));
  expect(it.state).toBe('low');
  level = 20;
  expect(it.state).toBe('middle');
  level = 60;
  expect(it.state).toBe('high');
  level = 101;
  expect(it.state).toBe('broken');
});

test('several transitions are taken at one look, in order', () => {
  const { told, it } = machine<'a' | 'b' | 'c'>((told) => ({
    initial: 'a',
    states: { b: { entry: () => told.push('b') }, c: { entry: () => told.push('c') } },
    transitions: [
      { from: 'a', to: 'b', when: () => true },
      { from: 'b', to: 'c', when: () => true },
    ],
  }));
  expect(it.state).toBe('c');
  expect(told).toEqual(['b', 'c']);
});

test('`to` goes anywhere, and what a hook asks for comes after', () => {
  const { told, it } = machine<'idle' | 'fault' | 'safe'>((told) => ({
    initial: 'idle',
    states: {
      fault: { entry: () => it.to('safe'), exit: () => told.push('fault left') },
      safe: { entry: (from) => told.push(`safe from ${from}`) },
    },
  }));
  it.to('fault');
  expect(it.state).toBe('safe');
  expect(told).toEqual(['fault left', 'safe from fault']);
});

test('a state that is entered anew has its time anew', async () => {
  const { clock, it } = machine(light);
  await clock.advance(20);
  it.to('red');
  await clock.advance(20);
  expect(it.state).toBe('red');
  await clock.advance(10);
  expect(it.state).toBe('green');
});

test('what goes in circles ends a look, and time goes on', async () => {
  let looks = 0;
  const { clock, it } = machine<'a' | 'b'>(() => ({
    initial: 'a',
    transitions: [
      { from: 'a', to: 'b', when: () => ++looks > 0 },
      { from: 'b', to: 'a', afterMs: 0 },
    ],
  }));
  it.look();
  expect(looks).toBeLessThan(200);
  await clock.advance(10);
  expect(looks).toBeLessThan(2000);
});

test('closed, it moves no more and has no timer', async () => {
  const { clock, it } = machine(light);
  it.close();
  expect(clock.pendingTimers).toBe(0);
  await clock.advance(100);
  it.to('off');
  expect(it.state).toBe('red');
});

test('a timer that comes early is waited for again', async () => {
  const clock = new VirtualClock();
  const early = {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    timer: (ms: number, fire: () => void) => clock.timer(Math.max(0, ms - 0.4), fire),
    ioTurn: () => clock.ioTurn(),
  };
  const told: string[] = [];
  const it = new StateMachine(early, light(told));
  await clock.advance(32);
  expect(told).toContain('green from red');
  it.close();
});
