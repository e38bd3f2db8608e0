import { expect, test } from 'vitest';
import { createRig, MemoryLine, type RigDevice } from '../support/rig.ts';
import { ToyDevice, toyDriver, toyModel } from '../support/toy.ts';

/** Toys on one line, polled every 60 s. */
async function bus(units: readonly string[], settings: Partial<RigDevice> = {}, driver = toyDriver()) {
  const toys = units.map((unit) => new ToyDevice(unit));
  const asked: { line: string; at: number }[] = [];
  const line = new MemoryLine((far) => {
    far.onData((chunk) => asked.push({ line: Buffer.from(chunk).toString().trim(), at: rig.clock.monotonic() }));
    for (const toy of toys) toy.serve(far);
  });
  const devices = units.map((unit) => ({ id: unit, connection: 'line', options: { unit }, ...settings }));
  const rig = createRig(driver, { line }, devices);
  await rig.until(() => units.every((unit) => rig.device(unit).state === 'ready'));
  await rig.clock.advance(100);
  const [first] = toys;
  if (first === undefined) throw new Error('no toys');
  return { rig, line, toys, toy: first, asked };
}

test('a device that stops answering its polls goes offline by itself, and is found again', async () => {
  const { rig, toy, line } = await bus(['a']);
  const started = rig.clock.monotonic();
  toy.mute = true;
  await rig.until(() => rig.device('a').state === 'offline', 90_000);
  // One period, the poll, the resync and an attempt to attach, all without a reply.
  expect(rig.clock.monotonic() - started).toBeLessThan(60_000 + 200 + 3000 + 5000);
  expect(rig.device('a').reading('value').quality).not.toBe('good');
  expect(await rig.settled(rig.submit('a', 'pulse'))).toMatchObject({ outcome: 'not-sent', reason: 'offline' });
  toy.mute = false;
  await rig.until(() => rig.device('a').state === 'ready', 60_000);
  expect([toy.executed, line.opens]).toEqual([[], 1]);
});

test('a port is kept open however long nobody answers', async () => {
  const { rig, toy, line } = await bus(['a']);
  toy.mute = true;
  await rig.clock.advance(600_000);
  expect(line.opens).toBe(1);
});

test('a network connection on which nobody answers is opened anew, ever more rarely', async () => {
  const { rig, toy, line } = await bus(['a']);
  line.reopens = true;
  toy.mute = true;
  const { near } = line;
  await rig.until(() => line.opens === 2, 120_000);
  expect(near?.isOpen).toBe(false);
  expect(rig.logged.filter((message) => message === 'connection down; retrying')).toEqual([]);
  const second = rig.clock.monotonic();
  await rig.until(() => line.opens === 3, 600_000);
  const third = rig.clock.monotonic();
  await rig.until(() => line.opens === 4, 1_200_000);
  expect(rig.clock.monotonic() - third).toBeGreaterThan(third - second);
  toy.mute = false;
  await rig.until(() => rig.device('a').state === 'ready', 60_000);
  expect(toy.executed).toEqual([]);
});

test('one that answers keeps the connection of all', async () => {
  const { rig, toys, line } = await bus(['a', 'b']);
  line.reopens = true;
  const [dead] = toys;
  if (dead !== undefined) dead.mute = true;
  await rig.clock.advance(600_000);
  expect([line.opens, rig.device('b').state]).toEqual([1, 'ready']);
});

test('a device of which nothing is heard is asked, and missed within that time', async () => {
  const { rig, toy, asked } = await bus(['a'], { idleProbeMs: 5000 });
  asked.length = 0;
  const start = rig.clock.monotonic();
  await rig.clock.advance(11_000);
  expect(asked.map(({ line }) => line)).toEqual(['aGET?', 'aGET?']);
  expect((asked[0]?.at ?? 0) - start).toBeGreaterThan(4800);
  toy.mute = true;
  await rig.until(() => rig.device('a').state === 'offline', 15_000);
});

test('a command counts as being heard', async () => {
  const { rig, asked } = await bus(['a'], { idleProbeMs: 5000 });
  asked.length = 0;
  for (let round = 0; round < 5; round++) {
    await rig.clock.advance(3000);
    await rig.settled(rig.submit('a', 'pulse'));
  }
  expect(asked.map(({ line }) => line)).not.toContain('aGET?');
});

test('what is merely sent is no sign of life', async () => {
  const { rig, asked } = await bus(['a'], { idleProbeMs: 5000 });
  asked.length = 0;
  for (let round = 0; round < 4; round++) {
    await rig.clock.advance(2000);
    await rig.settled(rig.submit('a', 'bang'));
  }
  expect(asked.map(({ line }) => line)).toContain('aGET?');
});

test('a device without anything to read is brought into step instead', async () => {
  const driver = { ...toyDriver(), model: { ...toyModel, properties: {} } };
  const { rig, toy, asked } = await bus(['a'], { idleProbeMs: 5000 }, driver);
  asked.length = 0;
  await rig.clock.advance(6000);
  expect(asked.map(({ line }) => line)).toEqual(['aID?']);
  toy.mute = true;
  await rig.until(() => rig.device('a').state === 'offline', 15_000);
});
