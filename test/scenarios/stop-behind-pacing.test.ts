import { expect, test } from 'vitest';
import { definitionDriver } from '../../drivers/declarative/driver.ts';
import type { ByteConnection } from '../../src/driver/index.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { type DefinitionInput, definitionOf } from '../support/definition.ts';
import { FarDevice } from '../support/defined-device.ts';
import { createRig, MemoryLine } from '../support/rig.ts';

async function bench(input: DefinitionInput, answers: Record<string, string>) {
  const clock = new VirtualClock();
  let device: FarDevice | undefined;
  const line = new MemoryLine((far: ByteConnection) => void (device = new FarDevice(far, answers)));
  const rig = createRig(definitionDriver(definitionOf(input)), { line }, [{ id: 'd', connection: 'line' }], { clock });
  await rig.until(() => rig.device('d').state === 'ready');
  await clock.advance(12_000);
  return { clock, rig, heard: () => device?.heard ?? [] };
}

/** Longest that anything else may hold up a stop: the guard of a line is 200 ms. */
const soonMs = 300;

test.each([
  ['minIntervalMs', { line: { minIntervalMs: 5000 } }, {}],
  ['gapMs of the line', { line: { gapMs: 5000 } }, {}],
  ['gapMs of an exchange', {}, { gapMs: 5000 }],
])('a stop does not wait for %s', async (_name, line, exchange) => {
  const { clock, rig, heard } = await bench(
    {
      ...line,
      identify: { send: 'ID', expect: 'X' },
      commands: { go: { send: 'GO', expect: 'OK', ...exchange } },
      stop: { send: 'STOP', expect: 'OK' },
    },
    { ID: 'X\n', GO: 'OK\n', STOP: 'OK\n' },
  );
  expect(await rig.settled(rig.submit('d', 'go'))).toMatchObject({ outcome: 'succeeded' });
  const stopping = rig.stops.stop('d', { by: 'test' });
  await clock.advance(soonMs);
  expect(heard()).toContain('STOP');
  await rig.settled(stopping);
});
