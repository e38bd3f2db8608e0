import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { doorClosed, heaterRig } from '../../../test/support/heater.ts';

const deeds = ['open', 'close', 'mute', 'speak', 'garble', 'clear', 'cut', 'release', 'wait', 'wait', 'wait'] as const;
const script = fc.array(fc.tuple(fc.constantFrom(...deeds), fc.integer({ min: 1, max: 1500 })), { maxLength: 25 });

/** A watched heater; `isKnownClosed` is what the far end of the door's line knows of its own answers. */
async function watchedHeater() {
  const its = heaterRig({ ...doorClosed, onViolation: 'stop' });
  const { rig, heater, door, lines, ready } = its;
  let garbled = false;
  let answered: { readonly at: number; readonly value: number } | undefined;
  door.twist = (line, reply) => {
    if (line !== 'GET?') return reply;
    if (garbled) return 'VAL 101';
    answered = { at: rig.clock.monotonic(), value: door.value };
    return reply;
  };
  const isKnownClosed = (): boolean =>
    answered?.value === 1 && rig.clock.monotonic() - answered.at <= doorClosed.maxAgeMs;
  const acts: Readonly<Record<(typeof deeds)[number], () => unknown>> = {
    open: () => (door.value = 0),
    close: () => (door.value = 1),
    mute: () => (door.mute = true),
    speak: () => (door.mute = false),
    garble: () => (garbled = true),
    clear: () => (garbled = false),
    cut: () => lines.doors.cut(),
    release: () => rig.device('heater').release(),
    wait: () => undefined,
  };
  await ready();
  return { rig, heater, acts, isKnownClosed };
}

test('whatever happens to the sensor, nothing passes and nothing runs on without a recent answer that it is closed', async () => {
  await fc.assert(
    fc.asyncProperty(script, async (steps) => {
      const { rig, heater, acts, isKnownClosed } = await watchedHeater();
      const device = rig.device('heater');
      for (const [deed, ms] of steps) {
        await acts[deed]();
        for (let left = ms; left > 0; left -= 50) {
          await rig.clock.advance(Math.min(left, 50));
          const error = rig.interlocks.check({ device, command: 'set', effect: 'idempotent' });
          if (error === undefined) expect(isKnownClosed(), `passes after ${deed}`).toBe(true);
          else expect(error.code).toBe('interlocked');
          expect(isKnownClosed() || device.latched, `runs on after ${deed}`).toBe(true);
        }
      }
      await rig.clock.advance(1000);
      expect(heater.executed).toEqual(rig.causes.map(() => 'STOP'));
      rig.control.close();
      const attempt = { device, command: 'ask', effect: 'read', by: 'test' } as const;
      expect(rig.interlocks.check(attempt)).toBeUndefined();
    }),
    { numRuns: 60 },
  );
}, 60_000);
