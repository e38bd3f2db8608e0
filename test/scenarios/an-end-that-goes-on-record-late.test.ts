import { expect, test } from 'vitest';
import { trusted } from '../../src/access/caller.ts';
import { VirtualClock } from '../../src/testing/index.ts';
import type { CommandRecord } from '../../src/store/record.ts';
import { BookStore } from '../support/log-book.ts';
import { createRig, MemoryLine } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

test.each(['fails', 'hangs'] as const)(
  'a command whose end goes on record after the disk %s is told of then',
  async (mode) => {
    const clock = new VirtualClock();
    const store = new BookStore(clock, () => {});
    const toy = new ToyDevice();
    const line = new MemoryLine((far) => toy.serve(far));
    const rig = createRig(toyDriver(), { line }, [{ id: 'toy', connection: 'line' }], { store, clock });
    await rig.until(() => rig.device('toy').reading('setpoint').quality === 'good');
    toy.held = [];
    const { record, ended } = await rig.pipeline.start({
      device: 'toy',
      command: 'set',
      params: { value: 7 },
      caller: trusted('test'),
    });
    await rig.until(() => toy.executed.length === 1);
    const told: CommandRecord[] = [];
    const { feed } = rig;
    const tell = feed.command.bind(feed);
    feed.command = (news) => {
      told.push(news);
      tell(news);
    };
    store.book.set(mode);
    toy.release();
    await expect(rig.settled(ended)).rejects.toMatchObject({ code: 'journal-unavailable', outcome: 'unknown' });
    expect(told).toEqual([]);
    store.book.set('works');
    await clock.advance(1000);
    expect(store.onRecord.get(record.id)).toMatchObject({ state: 'ended', outcome: 'succeeded' });
    expect(told).toMatchObject([{ id: record.id, state: 'ended', outcome: 'succeeded' }]);
    expect(feed.underWay.of('toy')).toEqual([]);
  },
);
