import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { EchoConnection } from './echo.ts';
import { memoryBytes } from './memory.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));

function rig() {
  const clock = new VirtualClock();
  const { near, far } = memoryBytes('line');
  const strays: string[] = [];
  const line = new EchoConnection(near, clock, (what) => strays.push(what));
  let heard = '';
  line.onData((chunk) => (heard += Buffer.from(chunk).toString('latin1')));
  let sent = '';
  far.onData((chunk) => (sent += Buffer.from(chunk).toString('latin1')));
  const outcome = (write: Promise<void>): { value: unknown } => {
    const told: { value: unknown } = { value: 'pending' };
    write.then(
      () => (told.value = 'heard'),
      (error: unknown) => (told.value = error),
    );
    return told;
  };
  return { clock, near, far, line, strays, outcome, heard: () => heard, sent: () => sent };
}

test('a write is over when it was heard, and its echo is nobody’s', async () => {
  const { clock, far, line, outcome, heard, sent } = rig();
  const told = outcome(line.write(bytes('AT\r')));
  await clock.advance(0);
  expect([told.value, sent()]).toEqual(['pending', 'AT\r']);
  await far.write(bytes('A'));
  await far.write(bytes('T\rOK'));
  await clock.advance(0);
  expect([told.value, heard()]).toEqual(['heard', 'OK']);
  await far.write(bytes('AT\r'));
  await clock.advance(0);
  expect(heard()).toBe('OKAT\r');
  expect(clock.pendingTimers).toBe(0);
});

test('whatever the chunks, exactly the echo is taken out', async () => {
  const piece = fc.uint8Array({ minLength: 0, maxLength: 8 });
  const exchange = fc.record({ write: fc.uint8Array({ minLength: 1, maxLength: 8 }), reply: piece });
  await fc.assert(
    fc.asyncProperty(fc.array(exchange, { maxLength: 6 }), fc.array(fc.nat(5)), async (exchanges, cuts) => {
      const { clock, far, line, heard, outcome } = rig();
      for (const { write, reply } of exchanges) {
        const told = outcome(line.write(write));
        await clock.advance(0);
        let rest = Uint8Array.from([...write, ...reply]);
        for (const cut of [...cuts, Infinity]) {
          if (rest.length === 0) break;
          await far.write(rest.subarray(0, cut + 1));
          rest = rest.slice(cut + 1);
        }
        await clock.advance(0);
        expect(told.value).toBe('heard');
      }
      const replies = Buffer.concat(exchanges.map(({ reply }) => reply)).toString('latin1');
      expect(heard()).toBe(replies);
    }),
  );
});

test('an echo that differs fails every write under way, is reported, and closes nothing', async () => {
  const { clock, far, line, outcome, heard, strays } = rig();
  const first = outcome(line.write(bytes('ABCD')));
  const second = outcome(line.write(bytes('EF')));
  await clock.advance(0);
  await far.write(bytes('ABXDEF'));
  await clock.advance(0);
  expect(first.value).toMatchObject({ code: 'device-protocol', message: expect.stringContaining('two spoke at once') });
  expect(second.value).toMatchObject({ code: 'device-protocol' });
  expect(strays).toEqual([expect.stringContaining('58444546')]);
  expect([heard(), line.isOpen]).toEqual(['', true]);
  await far.write(bytes('OK'));
  await clock.advance(1000);
  expect([heard(), strays.length]).toEqual(['', 2]);
  const third = outcome(line.write(bytes('G')));
  await far.write(bytes('Gok'));
  await clock.advance(0);
  expect([third.value, heard()]).toEqual(['heard', 'ok']);
});

test('no echo at all: the write fails once its time is over, and what comes then and differs is the device’s', async () => {
  const { clock, far, line, outcome, heard, strays } = rig();
  const told = outcome(line.write(bytes('A')));
  await clock.advance(499);
  expect(told.value).toBe('pending');
  await clock.advance(2);
  expect(told.value).toMatchObject({ code: 'device-timeout', message: expect.stringContaining('echo') });
  expect(strays).toHaveLength(1);
  await far.write(bytes('!A'));
  await clock.advance(0);
  expect(heard()).toBe('!A');
});

test('an echo that comes too late is still no word of the device’s', async () => {
  const { clock, far, line, outcome, heard } = rig();
  const first = outcome(line.write(bytes('ABC')));
  await clock.advance(600);
  expect(first.value).toMatchObject({ code: 'device-timeout' });
  await far.write(bytes('AB'));
  await far.write(bytes('Cok'));
  await clock.advance(0);
  expect(heard()).toBe('ok');
  const second = outcome(line.write(bytes('DE')));
  await line.discardOutput();
  await clock.advance(0);
  expect(second.value).toMatchObject({ code: 'connection-lost' });
  const third = outcome(line.write(bytes('FG')));
  await far.write(bytes('DEFG'));
  await clock.advance(0);
  expect([third.value, heard()]).toEqual(['heard', 'ok']);
});

test('an echo that was lost keeps none of those that follow from being heard', async () => {
  const { clock, far, line, outcome, heard } = rig();
  outcome(line.write(bytes('AB')));
  await clock.advance(600);
  for (let round = 0; round < 3; round++) {
    const told = outcome(line.write(bytes('AB')));
    await far.write(bytes('AB'));
    await clock.advance(0);
    await far.write(bytes('ok'));
    await clock.advance(0);
    expect(told.value).toBe('heard');
  }
  expect(heard()).toBe('okokok');
  expect(clock.pendingTimers).toBe(0);
});

test('whoever gives up waiting leaves the echo what it is', async () => {
  const { clock, far, line, outcome, heard } = rig();
  const abort = new AbortController();
  const told = outcome(line.write(bytes('AB'), abort.signal));
  await clock.advance(0);
  const reason = new Error('deadline');
  abort.abort(reason);
  await clock.advance(0);
  expect(told.value).toBe(reason);
  await far.write(bytes('ABok'));
  await clock.advance(0);
  expect(heard()).toBe('ok');
});

test('a connection that goes, or output that is discarded, ends the wait', async () => {
  const lost = rig();
  const first = lost.outcome(lost.line.write(bytes('A')));
  await lost.clock.advance(0);
  await lost.far.close();
  await lost.clock.advance(0);
  expect(first.value).toMatchObject({ code: 'connection-lost' });
  const discarded = rig();
  const second = discarded.outcome(discarded.line.write(bytes('A')));
  await discarded.clock.advance(0);
  await discarded.line.discardOutput();
  await discarded.clock.advance(0);
  expect(second.value).toMatchObject({ code: 'connection-lost' });
});

test('a write that does not begin expects nothing', async () => {
  const { clock, far, line, heard } = rig();
  await expect(line.write(bytes('A'), AbortSignal.abort(new Error('late')))).rejects.toThrow('late');
  expect(line.written).toBe(0);
  await far.write(bytes('A'));
  await clock.advance(0);
  expect(heard()).toBe('A');
});

test('so many echoes that are late are remembered, and no more', async () => {
  const { clock, far, line, heard, outcome } = rig();
  for (const letter of 'abcdefghijklmnopq') {
    outcome(line.write(bytes(letter)));
    await clock.advance(1000);
  }
  await far.write(bytes('b'));
  await clock.advance(0);
  expect(heard()).toBe('');
  await far.write(bytes('a'));
  await clock.advance(0);
  expect(heard()).toBe('a');
});
