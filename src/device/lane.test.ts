import { expect, test } from 'vitest';
import { BellcrankError } from '../errors.ts';
import { settle, VirtualClock } from '../testing/virtual-clock.ts';
import { Lane, type LaneOwner, type Priority } from './lane.ts';

const ready = { laneReady: true, preempt: () => {} };
const never = new AbortController().signal;

/** Takes turns under names, and keeps the order in which they were given. */
function watched(lane: Lane, order: string[]) {
  return async (name: string, priority: Priority, owner = ready, signal = never) => {
    const turn = await lane.acquire(owner, priority, signal);
    order.push(name);
    return turn;
  };
}

test('one turn at a time: commands before reads before polls', async () => {
  const lane = new Lane(new VirtualClock(), 10);
  const order: string[] = [];
  const take = watched(lane, order);
  const first = await take('first', 'command');
  const waiting = [take('poll', 'poll'), take('read', 'read'), take('command', 'command')];
  for (const turn of waiting) void turn.then((given) => given.release());
  first.release();
  await Promise.all(waiting);
  expect(order).toEqual(['first', 'command', 'read', 'poll']);
});

test('ageing: an old poll goes before a new command', async () => {
  const clock = new VirtualClock();
  const lane = new Lane(clock, 10);
  const order: string[] = [];
  const take = watched(lane, order);
  const first = await take('first', 'command');
  const poll = take('poll', 'poll');
  await clock.advance(1001);
  const command = take('command', 'command');
  first.release();
  (await poll).release();
  (await command).release();
  expect(order).toEqual(['first', 'poll', 'command']);
});

test('a line that polls alone fill: whoever has waited less long goes next all the same, and polls have every other turn', async () => {
  const clock = new VirtualClock();
  const lane = new Lane(clock, 10);
  const order: string[] = [];
  const take = watched(lane, order);
  const first = await take('first', 'poll');
  const polls = [take('poll 1', 'poll'), take('poll 2', 'poll'), take('poll 3', 'poll')];
  await clock.advance(5000);
  const others = [take('command 1', 'command'), take('read', 'read'), take('command 2', 'command')];
  for (const turn of [...polls, ...others]) void turn.then((given) => given.release());
  first.release();
  await Promise.all([...polls, ...others]);
  expect(order).toEqual(['first', 'command 1', 'poll 1', 'command 2', 'poll 2', 'read', 'poll 3']);
});

test('who comes next on a line full of polls is told so', async () => {
  const clock = new VirtualClock();
  const lane = new Lane(clock, 10);
  const told: string[] = [];
  const take = async (name: string, priority: Priority) =>
    await lane.acquire(ready, priority, never, () => told.push(name));
  const poll = await take('poll', 'poll');
  poll.release();
  const first = await take('first', 'poll');
  void take('old poll', 'poll');
  await clock.advance(5000);
  void take('command', 'command');
  await settle();
  expect(told).toEqual(['old poll', 'command']);
  first.release();
});

test('a full lane refuses commands with a time to come back, and still takes polls', async () => {
  const lane = new Lane(new VirtualClock(), 1);
  await lane.acquire(ready, 'command', never);
  void lane.acquire(ready, 'command', never);
  await expect(lane.acquire(ready, 'command', never)).rejects.toMatchObject({ code: 'queue-full', retryAfterMs: 1000 });
  void lane.acquire(ready, 'poll', never);
  expect(lane.waiting).toBe(2);
});

test('an abort takes the entry out of the queue', async () => {
  const lane = new Lane(new VirtualClock(), 10);
  const turn = await lane.acquire(ready, 'command', never);
  const controller = new AbortController();
  const waiting = lane.acquire(ready, 'command', controller.signal);
  controller.abort(new BellcrankError('cancelled', 'no more'));
  await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
  expect(lane.waiting).toBe(0);
  turn.release();
  expect(lane.inFlight).toBe(0);
});

test('an owner that is not ready holds nobody up, and evict rejects what it has waiting', async () => {
  const lane = new Lane(new VirtualClock(), 10);
  const away = { laneReady: false, preempt: () => {} };
  const waiting = lane.acquire(away, 'command', never);
  (await lane.acquire(ready, 'poll', never)).release();
  lane.evict(away, new BellcrankError('device-offline', 'gone'));
  await expect(waiting).rejects.toMatchObject({ code: 'device-offline' });
});

test('evict frees the places of a full queue, and leaves what others wait for in its order', async () => {
  const lane = new Lane(new VirtualClock(), 4);
  const [stopped, other] = [{ ...ready }, { ...ready }];
  const turn = await lane.acquire(stopped, 'command', never);
  const order: string[] = [];
  const wait = (owner: LaneOwner, name: string): Promise<void> =>
    lane.acquire(owner, 'command', never).then(
      (turn) => (order.push(name), turn.release()),
      () => void order.push(`no ${name}`),
    );
  const all = [wait(stopped, 'a'), wait(other, 'b'), wait(stopped, 'c'), wait(other, 'd')];
  expect(lane.isFull).toBe(true);
  lane.evict(stopped, new BellcrankError('stopped', 'stopped'));
  expect({ waiting: lane.waiting, isFull: lane.isFull }).toEqual({ waiting: 2, isFull: false });
  const more = [wait(other, 'e'), wait(other, 'f')];
  await expect(lane.acquire(other, 'command', never)).rejects.toMatchObject({ code: 'queue-full' });
  turn.release();
  await Promise.all([...all, ...more]);
  expect(order.filter((name) => !name.startsWith('no '))).toEqual(['b', 'd', 'e', 'f']);
  expect(order.filter((name) => name.startsWith('no '))).toEqual(['no a', 'no c']);
});

test('a held lane grants nothing until every hold is over', async () => {
  const lane = new Lane(new VirtualClock(), 10);
  const releases = [lane.hold(), lane.hold()];
  const order: string[] = [];
  const waiting = watched(lane, order)('command', 'command');
  releases[0]?.();
  releases[0]?.();
  await settle();
  expect(order).toEqual([]);
  releases[1]?.();
  await waiting;
  expect(order).toEqual(['command']);
});

test('the gap after an exchange is kept, and releasing twice gives back one turn', async () => {
  const clock = new VirtualClock();
  const lane = new Lane(clock, 10, { maxInFlight: 1, gapMs: 50 });
  const first = await lane.acquire(ready, 'command', never);
  const order: string[] = [];
  const second = watched(lane, order)('second', 'command');
  first.release();
  first.release();
  await clock.advance(49);
  expect(order).toEqual([]);
  await clock.advance(1);
  await second;
  expect(lane.inFlight).toBe(1);
});

test('idle resolves when the last turn is back', async () => {
  const lane = new Lane(new VirtualClock(), 10, { maxInFlight: 2, gapMs: 0 });
  const turns = [await lane.acquire(ready, 'command', never), await lane.acquire(ready, 'command', never)];
  let idle = false;
  void lane.idle().then(() => (idle = true));
  turns[0]?.release();
  await settle();
  expect(idle).toBe(false);
  turns[1]?.release();
  await settle();
  expect(idle).toBe(true);
});

test('how long the oldest has waited is counted from its arrival, whatever its class', async () => {
  const clock = new VirtualClock();
  const lane = new Lane(clock, 10);
  const take = watched(lane, []);
  const first = await take('first', 'command');
  expect(lane.oldestMs).toBe(0);
  const poll = take('poll', 'poll');
  await clock.advance(300);
  const command = take('command', 'command');
  await clock.advance(100);
  expect(lane.oldestMs).toBe(400);
  first.release();
  (await command).release();
  (await poll).release();
  expect(lane.oldestMs).toBe(0);
});

test('a turn is there at once only on a line that is free, held by nobody and past its gap', async () => {
  const clock = new VirtualClock();
  const lane = new Lane(clock, 10);
  lane.limits = { maxInFlight: 1, gapMs: 20 };
  expect(lane.acquireNow({ ...ready, laneReady: false })).toBeUndefined();
  const over = lane.hold();
  expect(lane.acquireNow(ready)).toBeUndefined();
  over();
  const turn = lane.acquireNow(ready);
  expect([turn === undefined, lane.inFlight, lane.acquireNow(ready)]).toEqual([false, 1, undefined]);
  turn?.release();
  await clock.advance(19);
  expect(lane.acquireNow(ready)).toBeUndefined();
  await clock.advance(1);
  expect(lane.acquireNow(ready)).toBeDefined();
});

test('whoever waits for the end of a gap is not overtaken where the timer is late', async () => {
  const clock = new VirtualClock();
  let lateMs = 0;
  const late = {
    now: () => clock.now(),
    monotonic: () => clock.monotonic() + lateMs,
    timer: (ms: number, fire: () => void) => clock.timer(ms, fire),
    ioTurn: () => clock.ioTurn(),
  };
  const lane = new Lane(late, 10, { maxInFlight: 1, gapMs: 20 });
  lane.acquireNow(ready)?.release();
  const waiting = lane.acquire(ready, 'poll', never);
  lateMs = 30;
  expect(lane.acquireNow(ready)).toBeUndefined();
  await clock.advance(20);
  (await waiting).release();
});

test('the next one is told so, once, while another has the line for a short time', async () => {
  const clock = new VirtualClock();
  const lane = new Lane(clock, 10);
  const told: string[] = [];
  const take = (name: string, priority: Priority = 'command') =>
    lane.acquire(ready, priority, never, () => told.push(name));
  const first = await take('first');
  const [poll, second, third] = [take('poll', 'poll'), take('second'), take('third')];
  // Nobody knows yet how long a turn takes.
  expect(told).toEqual([]);
  first.release();
  expect(told).toEqual(['third']);
  const turn = await second;
  const fourth = take('fourth');
  expect(told).toEqual(['third']);
  await clock.advance(100);
  turn.release();
  (await third).release();
  expect(told).toEqual(['third', 'poll']);
  (await fourth).release();
  (await poll).release();
});

test('where many wait for short turns they are told several at a time, and that the line is pressed is known', async () => {
  const clock = new VirtualClock();
  const lane = new Lane(clock, 100);
  const told: number[] = [];
  (await lane.acquire(ready, 'command', never)).release();
  const held = await lane.acquire(ready, 'command', never);
  const turns = Array.from({ length: 40 }, (_, index) => lane.acquire(ready, 'command', never, () => told.push(index)));
  const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
  expect(lane.isPressed).toBe(true);
  expect(told).toEqual(upTo(16));
  held.release();
  // Half of those who were told are still there.
  for (const turn of turns.slice(0, 6)) (await turn).release();
  expect(told).toEqual(upTo(16));
  (await turns[6])?.release();
  expect(told).toEqual(upTo(24));
  await clock.advance(5);
  const long = await turns[7];
  await clock.advance(5);
  long?.release();
  expect(lane.isPressed).toBe(false);
  for (const turn of turns.slice(8, 30)) (await turn).release();
  expect(lane.waiting).toBeLessThan(16);
  expect(lane.isPressed).toBe(false);
});

test('nobody is next while the line is held', async () => {
  const lane = new Lane(new VirtualClock(), 10);
  (await lane.acquire(ready, 'command', never)).release();
  const release = lane.hold();
  const told: string[] = [];
  const waiting = lane.acquire(ready, 'command', never, () => told.push('next'));
  expect(told).toEqual([]);
  release();
  await waiting;
  expect(told).toEqual([]);
});
