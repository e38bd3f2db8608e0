import { expect, test } from 'vitest';
import { BellcrankError, type ByteConnection } from '../../src/driver/index.ts';
import { createRig, MemoryLine } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

const gone = new BellcrankError('device-offline', 'device toy was removed', { reason: 'offline' });

/** A far end whose answers leave only if they pass. */
function gated(far: ByteConnection, passes: (answer: string) => boolean): ByteConnection {
  return new Proxy(far, {
    get(target, key) {
      if (key === 'write') {
        return async (bytes: Uint8Array): Promise<void> => {
          if (passes(Buffer.from(bytes).toString('latin1').trim())) await target.write(bytes);
        };
      }
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** A latched toy; `gate.passes` decides which of its answers leave from now on. */
async function latchedToy() {
  const toy = new ToyDevice();
  const asked: string[] = [];
  const gate = { passes: (_: string): boolean => true };
  const line = new MemoryLine((far) => {
    far.onData((chunk) => asked.push(Buffer.from(chunk).toString('latin1').trim()));
    toy.serve(gated(far, (answer) => gate.passes(answer)));
  });
  const rig = createRig(toyDriver(), { line }, [{ id: 'toy', connection: 'line' }]);
  await rig.until(() => rig.device('toy').reading('setpoint').quality === 'good');
  await rig.settled(rig.device('toy').stop('stop'));
  return { toy, asked, gate, line, rig };
}

test('a latched device that is back but leaves its stop unanswered is not ready until it answers', async () => {
  const { toy, gate, line, rig } = await latchedToy();
  let silent = false;
  gate.passes = (answer) => {
    if (answer === 'OK') silent = true;
    return !silent;
  };
  await line.cut();
  await rig.until(() => toy.executed.length === 2);
  for (let sample = 0; sample < 1000; sample++) {
    await rig.clock.advance(10);
    expect(rig.device('toy').state).not.toBe('ready');
  }
  gate.passes = () => true;
  await rig.until(() => rig.device('toy').state === 'ready', 60_000);
  expect(rig.device('toy').canRead('value')).toBe(true);
  expect(await rig.settled(rig.submit('toy', 'ask'))).toMatchObject({ outcome: 'succeeded', result: { value: 7 } });
});

test('a line that is cut during each stop after a reconnect leaves one poll loop, and no timer behind', async () => {
  const { toy, asked, gate, line, rig } = await latchedToy();
  gate.passes = (answer) => answer !== 'OK';
  for (let cuts = 0; cuts < 10; cuts++) {
    const before = toy.executed.length;
    await line.cut();
    await rig.until(() => toy.executed.length > before);
    expect(asked.at(-1)).toBe('STOP');
  }
  gate.passes = () => true;
  await line.cut();
  await rig.until(() => rig.device('toy').state === 'ready');
  await rig.clock.advance(1000);
  asked.length = 0;
  await rig.clock.advance(60_000);
  // Two properties, each once a minute.
  expect(asked).toEqual(['GET?', 'GET?']);
  rig.device('toy').release();
  await rig.settled(rig.registry.remove('toy', gone));
  await rig.clock.advance(20_000);
  expect(rig.clock.pendingTimers).toBe(0);
});
