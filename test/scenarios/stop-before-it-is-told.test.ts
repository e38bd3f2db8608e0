import { expect, test } from 'vitest';
import type { ByteConnection } from '../../src/driver/index.ts';
import { ByteWrapper } from '../../src/transport/wrapper.ts';
import { createRig, MemoryLine } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

/** Says what is sent. */
class Overheard extends ByteWrapper {
  readonly #sent: (text: string) => void;

  constructor(under: ByteConnection, sent: (text: string) => void) {
    super(under);
    this.#sent = sent;
  }

  write(...args: Parameters<ByteConnection['write']>): Promise<void> {
    this.#sent(Buffer.from(args[0]).toString('latin1').trim());
    return this.under.write(...args);
  }

  onData(listener: (chunk: Uint8Array) => void): () => void {
    return this.under.onData(listener);
  }
}

test('a stop of many devices has reached every wire before anybody is told of it, or of what it ended', async () => {
  const happened: string[] = [];
  const toys = Array.from({ length: 5 }, () => new ToyDevice());
  const ids = toys.map((_, index) => `toy-${index}`);
  const lines = toys.map((toy, index) => {
    const near = (under: ByteConnection) => new Overheard(under, (text) => happened.push(`${text} to ${ids[index]}`));
    return [`line-${index}`, new MemoryLine((far) => toy.serve(far), near)] as const;
  });
  const devices = ids.map((id, index) => ({ id, connection: `line-${index}` }));
  const rig = createRig(toyDriver(), Object.fromEntries(lines), devices);
  await rig.until(() => ids.every((id) => rig.device(id).reading('setpoint').quality === 'good'));
  for (const toy of toys) toy.held = [];
  const flying = ids.map((id) => rig.submit(id, 'pulse'));
  await rig.until(() => toys.every(({ executed }) => executed.length === 1));
  const queued = ids.flatMap((id) => Array.from({ length: 10 }, () => rig.submit(id, 'set', { value: 1 })));
  await rig.until(() => ids.every((id) => rig.device(id).lane.waiting >= 10));

  happened.length = 0;
  rig.stream.follow(({ type }) => happened.push(`told: ${type}`));
  rig.heardBy({ commandEnded: () => happened.push('a command ended'), stopped: () => happened.push('a stop ended') });
  for (const toy of toys) toy.release();
  const reports = await rig.settled(rig.stops.stopAll({ by: 'test' }));

  expect(happened.slice(0, ids.length)).toEqual(ids.map((id) => `STOP to ${id}`));
  expect(reports.map(({ record }) => record.outcome)).toEqual(ids.map(() => 'succeeded'));
  expect((await rig.settled(Promise.all(flying))).map(({ outcome }) => outcome)).toEqual(ids.map(() => 'unknown'));
  expect((await rig.settled(Promise.all(queued))).every(({ reason }) => reason === 'stopped')).toBe(true);
  expect(happened.filter((what) => what === 'a command ended')).toHaveLength(ids.length * 11);
});
