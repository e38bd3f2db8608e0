import { expect, test } from 'vitest';
import type { AnyDriver, Call } from '../../src/driver/index.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { createRig, MemoryLine } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

/** After a stall several timers are due, and Node fires them by their lengths: a driver may go on before its time is up. */
class StallingClock extends VirtualClock {
  stalledMs = 0;

  override monotonic(): number {
    return super.monotonic() + this.stalledMs;
  }
}

test('a driver that goes on after a stall, before the timer of its deadline has fired, sends nothing', async () => {
  const goesOn = Promise.withResolvers<void>();
  const driver = toyDriver();
  const patient: AnyDriver = {
    ...driver,
    async attach(connection, options, context) {
      const session = await driver.attach(connection, options, context);
      const { pulse } = session.commands as Record<string, (params: never, call: Call) => Promise<unknown>>;
      const later = async (params: never, call: Call): Promise<unknown> => {
        await goesOn.promise;
        return await pulse?.(params, call);
      };
      return { ...session, commands: { ...session.commands, pulse: later } };
    },
  };
  const toy = new ToyDevice();
  const clock = new StallingClock();
  const line = new MemoryLine((far) => toy.serve(far));
  const rig = createRig(patient, { line }, [{ id: 'toy', connection: 'line' }], { clock });
  await rig.until(() => rig.device('toy').reading('setpoint').quality === 'good');
  const pulse = rig.submit('toy', 'pulse');
  await clock.advance(10);
  clock.stalledMs = 5000;
  goesOn.resolve();
  expect(await rig.settled(pulse)).toMatchObject({ outcome: 'not-sent', reason: 'expired', sentAt: undefined });
  expect(toy.executed).toEqual([]);
});
