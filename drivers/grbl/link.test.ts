import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { settle, VirtualClock } from '../../src/testing/index.ts';
import { memoryBytes } from '../../src/transport/memory.ts';
import { Link } from './link.ts';

function begin() {
  const { near, far } = memoryBytes();
  const clock = new VirtualClock();
  const heard: unknown[][] = [];
  const on =
    (name: string) =>
    (...args: unknown[]): void =>
      void heard.push([name, ...args]);
  const link = new Link(near, clock, {
    report: ({ state }) => on('report')(state),
    alarm: on('alarm'),
    reset: on('reset'),
    message: on('message'),
    homed: on('homed'),
    unmatched: on('unmatched'),
  });
  const signal = new AbortController().signal;
  const call = { signal, wire: { write: (bytes: Uint8Array) => near.write(bytes) } };
  const say = async (text: string): Promise<void> => {
    await far.write(Buffer.from(text, 'latin1'));
    await settle();
  };
  return { link, call, say, heard, clock, near };
}

test('answers go to lines in order, whatever comes between', async () => {
  const { link, call, say, heard } = begin();
  const [one, two, three] = await link.send(call, ['G0X1', 'G0Q1', 'M5']);
  await say('<Run|MPos:0,0,0>\r\nok\r\n[MSG:Pgm End]\r\nerror:20\r\n>G54:ok\r\n<Idle|MPos:0,0,0>\r\n');
  expect([one?.answer, two?.answer, three?.answer]).toEqual(['ok', 20, undefined]);
  await say('ok\r\n');
  expect(three?.answer).toBe('ok');
  expect(heard).toEqual([
    ['report', 'Run'],
    ['message', 'Pgm End'],
    ['report', 'Idle'],
  ]);
});

test('an answer that nothing waits for is counted', async () => {
  const { say, heard } = begin();
  await say('ok\r\nerror:3\r\nnoise\r\n$1=5\r\n');
  expect(heard.map(([kind]) => kind)).toEqual(Array(4).fill('unmatched'));
});

test('bytes count until their line is answered', async () => {
  const { link, call, say } = begin();
  await link.send(call, ['G0X1', 'M5']);
  expect(link.owed.bytes).toBe(8);
  await link.command(call, Uint8Array.of(0x3f));
  await say('<Idle|MPos:0,0,0>\r\nok\r\n');
  expect(link.owed.bytes).toBe(3);
});

test('answers before the data of a marker are older than it', async () => {
  const { link, call, say, heard } = begin();
  const [marker] = await link.send(call, ['$G']);
  await say('ok\r\nerror:9\r\n');
  expect(marker?.answer).toBeUndefined();
  expect(heard).toHaveLength(2);
  await say('[GC:G0 G54]\r\nok\r\n');
  expect(marker?.answer).toBe('ok');
});

test('lines before a marker that is answered are not owed an answer any more', async () => {
  const { link, call, say } = begin();
  const [lost, marker] = await link.send(call, ['M5', '$G']);
  await say('[GC:G0 G54]\r\nok\r\n');
  expect(marker?.answer).toBe('ok');
  expect(lost?.answer).toBeUndefined();
  expect(link.owed.bytes).toBe(0);
});

test('the answer to a marker that was given up is nobody’s', async () => {
  const { link, call, say } = begin();
  await link.send(call, ['$G']);
  link.owed.clear();
  const [line] = await link.send(call, ['M5']);
  await say('[GC:G0 G54]\r\nok\r\n');
  expect(line?.answer).toBeUndefined();
  await say('error:9\r\n');
  expect(line?.answer).toBe(9);
});

test('a start-up message voids what is owed, and ends what waits for a reset', async () => {
  const { link, call, say } = begin();
  link.inStep = true;
  const [line] = await link.send(call, ['G0X1']);
  await say("\r\nGrbl 1.1h ['$' for help]\r\nok\r\n");
  expect(line?.answer).toBeUndefined();
  expect(link).toMatchObject({ resets: 1, inStep: false, latest: undefined });
  expect(link.owed.bytes).toBe(0);
});

test('after a critical alarm it is locked until it starts afresh', async () => {
  const { link, call, say } = begin();
  await say('ALARM:1\r\n');
  expect(link.locked).toBe(true);
  expect(link.lastAlarm).toBe(1);
  await say("Grbl 1.1h ['$' for help]\r\n");
  expect(link.locked).toBe(false);
  const [probe] = await link.send(call, ['G38.2Z-1F10']);
  await say('ALARM:5\r\nok\r\n');
  expect(link.locked).toBe(false);
  expect(probe?.answer).toBe('ok');
});

test('a line of which nothing was written is owed nothing', async () => {
  const { link, near } = begin();
  const refused = {
    signal: new AbortController().signal,
    wire: { write: () => Promise.reject(new Error('no record')) },
  };
  await expect(link.send(refused, ['M5'])).rejects.toThrow('no record');
  expect(link.owed.bytes).toBe(0);
  expect(near.written).toBe(0);
});

test('a wait ends with the connection', async () => {
  const { link, call, near } = begin();
  const waiting = link.hearing.next(1000, call.signal);
  const rejected = expect(waiting).rejects.toMatchObject({ code: 'connection-lost' });
  await near.close();
  await rejected;
  await expect(link.command(call, Uint8Array.of(0x3f))).rejects.toMatchObject({ code: 'connection-lost' });
});

test('how the bytes are cut makes no difference', async () => {
  const transcript =
    "\r\nGrbl 1.1h ['$' for help]\r\n[MSG:Caution: Unlocked]\r\n<Hold:1|MPos:1,2,3|FS:0,0>\r\nALARM:3\r\nok\r\n<Idle|WPos:0,0,0>\r\n";
  const whole = begin();
  await whole.say(transcript);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat({ max: transcript.length }), { maxLength: 12 }), async (cuts) => {
      const pieces = begin();
      const at = [0, ...cuts.sort((a, b) => a - b), transcript.length];
      for (let index = 1; index < at.length; index++) await pieces.say(transcript.slice(at[index - 1], at[index]));
      expect(pieces.heard).toEqual(whole.heard);
    }),
    { numRuns: 60 },
  );
});

test('noise is bounded and does no harm', async () => {
  const { link, call, say, heard } = begin();
  await say(`${'x'.repeat(5000)}\r\n<Idle|nonsense>\r\n${'\u0000'.repeat(600)}`);
  await say('\n');
  const [line] = await link.send(call, ['M5']);
  await say('ok\r\n');
  expect(line?.answer).toBe('ok');
  expect(heard).toHaveLength(3);
  expect(heard.every(([, what]) => String(what).length < 400)).toBe(true);
});
