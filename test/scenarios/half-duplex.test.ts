import { expect, test } from 'vitest';
import type { ByteConnection } from '../../src/driver/index.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { asHalfDuplex } from '../../src/transport/half-duplex.ts';
import { createRig, MemoryLine } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

/** A toy on two wires: what is sent comes back, unless `collide` changes it. */
function twoWires(settings: { echo?: boolean; turnaroundMs?: number }) {
  const clock = new VirtualClock();
  const toy = new ToyDevice();
  const wire = { collide: false };
  const serve = (far: ByteConnection): void => {
    if (settings.echo === true) {
      far.onData((chunk) => {
        const heard = Uint8Array.from(chunk, (byte, index) => (wire.collide && index === 2 ? byte ^ 0x10 : byte));
        void far.write(heard);
      });
    }
    toy.serve(far);
  };
  const signal = new AbortController().signal;
  const line = new MemoryLine(serve, (near) => asHalfDuplex(near, settings, { clock, signal }));
  const rig = createRig(toyDriver(), { line }, [{ id: 'toy', connection: 'line' }], { clock });
  const ready = (): Promise<void> => rig.until(() => rig.device('toy').reading('setpoint').quality === 'good');
  return { toy, wire, line, rig, ready };
}

test('a line that hears itself works like any other', async () => {
  const { toy, rig, ready } = twoWires({ echo: true, turnaroundMs: 3 });
  await ready();
  expect(await rig.settled(rig.submit('toy', 'set', { value: 5 }))).toMatchObject({ outcome: 'succeeded' });
  expect(toy.executed).toEqual(['SET 5']);
  expect(rig.device('toy').unmatched).toBe(0);
});

test('a collision leaves a command unknown, and the line comes back into step', async () => {
  const { toy, wire, rig, ready } = twoWires({ echo: true });
  await ready();
  wire.collide = true;
  const record = await rig.settled(rig.submit('toy', 'pulse'));
  expect(record).toMatchObject({ outcome: 'unknown', error: { code: 'device-protocol' } });
  wire.collide = false;
  await rig.until(() => rig.device('toy').state === 'ready');
  expect(await rig.settled(rig.submit('toy', 'pulse'))).toMatchObject({ outcome: 'succeeded' });
  expect(toy.executed).toEqual(['PULSE', 'PULSE']);
});

test('what is broken off while it waits for the line to be silent was not sent', async () => {
  const { toy, line, rig, ready } = twoWires({ turnaroundMs: 100 });
  await ready();
  await line.far?.write(Buffer.from('\n'));
  await rig.clock.advance(1);
  const pulse = rig.submit('toy', 'pulse');
  await rig.clock.advance(10);
  const stop = rig.stops.stop('toy', { by: 'test' });
  expect(await rig.settled(pulse)).toMatchObject({ outcome: 'not-sent', reason: 'stopped' });
  await rig.settled(stop);
  expect(toy.executed).toEqual(['STOP']);
});
