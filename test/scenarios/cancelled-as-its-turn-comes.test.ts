import { expect, test } from 'vitest';
import { trusted } from '../../src/access/caller.ts';
import { createRig, MemoryLine, type Rig } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

/** Between the answer that frees a line and the next command's bytes; each of them is tried. */
const moments = Array.from({ length: 40 }, (_, moment) => moment);

/** One waits for the line; as many microtasks after the answer that frees it as `moment` says, `act` is called. */
async function atMoment(moment: number, act: (rig: Rig, id: string) => void) {
  const toy = new ToyDevice();
  const line = new MemoryLine((far) => toy.serve(far));
  const rig = createRig(toyDriver(), { line }, [{ id: 'toy', connection: 'line' }]);
  await rig.until(() => rig.device('toy').reading('setpoint').quality === 'good');
  await rig.settled(rig.submit('toy', 'pulse'));
  toy.held = [];
  const caller = trusted('test');
  void rig.submit('toy', 'pulse');
  const { record, ended } = await rig.pipeline.start({ device: 'toy', command: 'set', params: { value: 7 }, caller });
  await rig.until(() => toy.held?.length === 1);
  let left = moment;
  const next = (): void => (left-- > 0 ? queueMicrotask(next) : act(rig, record.id));
  line.near?.onData(() => {
    if (left === moment) next();
  });
  toy.release();
  const { outcome } = await rig.settled(ended);
  return { outcome, wasExecuted: toy.executed.includes('SET 7') };
}

test('what is told to be withdrawn does not leave, however late that is', async () => {
  const seen = new Set<unknown>();
  for (const moment of moments) {
    let cancelled: unknown;
    const life = await atMoment(moment, (rig, id) => (cancelled = rig.pipeline.cancel(id)));
    const isWithdrawn = cancelled === 'withdrawn';
    expect(life, String(moment)).toEqual({
      outcome: isWithdrawn ? 'not-sent' : 'succeeded',
      wasExecuted: !isWithdrawn,
    });
    seen.add(cancelled);
  }
  expect(seen).toEqual(new Set(['withdrawn', 'too-late']));
});

test('what a stop ends as not sent has not left, whenever the stop comes', async () => {
  const seen = new Set<unknown>();
  for (const moment of moments) {
    const life = await atMoment(moment, (rig) => void rig.stops.stop('toy', { by: 'test' }));
    expect(life.wasExecuted, `${moment}: ${life.outcome}`).toBe(life.outcome !== 'not-sent');
    seen.add(life.outcome);
  }
  expect([...seen]).toContain('not-sent');
  expect(seen.size).toBeGreaterThan(1);
});
