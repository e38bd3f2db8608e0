import { expect, test } from 'vitest';
import { settle, VirtualClock } from '../../../../src/testing/virtual-clock.ts';
import { MemoryHub } from '../../../../src/transport/memory.ts';
import { messageCall, recordingContext } from '../../../../test/support/message-call.ts';
import { topicMapOf } from '../../../../test/support/topic-map-texts.ts';
import { topicMapDriver } from '../driver.ts';

/** It is set on the topic on which it tells its state, and can be asked for that on another one. */
const text = `
model: lamp
summary: A lamp
topics: {}
properties:
  on:
    schema: { type: boolean }
    pushed: { topic: lamp, payload: '{value}' }
    read: { send: { topic: lamp/get, payload: '?' }, reply: state }
    write: { send: { topic: lamp, payload: '{value}' }, reply: state }
`;

test('what is set once more is not confirmed by our own message, while the device is asked for it', async () => {
  const clock = new VirtualClock();
  const hub = new MemoryHub();
  const near = hub.connect();
  const subscribe = near.subscribe.bind(near);
  // A broker gives our message back when what follows it has left.
  near.subscribe = (filter, listener) => subscribe(filter, (message) => void clock.timer(5, () => listener(message)));
  const { context } = recordingContext(clock);
  const attaching = topicMapDriver(topicMapOf(text)).attach(near, {}, context);
  await clock.advance(5000);
  const session = await attaching;
  const write = async (): Promise<{ outcome: unknown; confirmed: unknown }> => {
    const call = messageCall({ connection: near, clock });
    // Erased handlers take `never`.
    const outcome = Promise.resolve(session.write?.['on']?.(true as never, call.call as never)).then(
      () => 'done',
      (error: unknown) => error,
    );
    await settle();
    await clock.advance(5000);
    return { outcome: await outcome, confirmed: call.confirmed };
  };
  // Nobody is there but the broker.
  for (let times = 0; times < 2; times++) {
    expect(await write()).toMatchObject({ outcome: { code: 'device-timeout' }, confirmed: [] });
  }
});
