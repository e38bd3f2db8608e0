import { expect, test } from 'vitest';
import type { Message } from '../../src/driver/index.ts';
import { parseRecording } from '../../src/recording/index.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { runSimulator } from '../wire/run.ts';
import { replayOf, type ReplaySettings } from './index.ts';
import type { ReplaySimulator } from './replay.ts';

const plug = `bellcrank recording 1

0 < topic=tele/plug/LWT "Online" retained
10 > topic=cmnd/plug/POWER "ON"
30 < topic=stat/plug/RESULT "{\\"POWER\\":\\"ON\\"}"
31 < topic=stat/plug/POWER "ON"
90 > topic=cmnd/plug/POWER "OFF"
99 < topic=stat/plug/POWER "OFF"
`;

const rpc = `bellcrank recording 1

0 > topic=dev/rpc "{}" responseTopic=mine/1 correlationData="a"
5 < topic=mine/1 "ok" correlationData="a"
`;

async function replaying(text: string, settings: ReplaySettings) {
  const clock = new VirtualClock();
  const kind = replayOf(parseRecording(text), settings);
  const running = await runSimulator(kind, { via: 'memory', seed: 1, options: {}, clock });
  if (running.transport !== 'memory') throw new Error('not in memory');
  const near = await running.open(new AbortController().signal);
  if (near.shape !== 'messages') throw new Error('not messages');
  const heard: Message[] = [];
  for (const filter of ['tele/#', 'stat/#', 'other/#']) await near.subscribe(filter, (message) => heard.push(message));
  const ask = async (topic: string, payload: string, options: object = {}): Promise<string[]> => {
    heard.length = 0;
    await near.publish(topic, payload, options);
    await clock.advance(100);
    return heard.map((message) => `${message.topic} ${Buffer.from(message.payload).toString()}`);
  };
  // What was put there is what is made here.
  return { ask, heard, clock, simulator: running.simulator as ReplaySimulator };
}

test('what a broker keeps is there, and a message has the answers that it had', async () => {
  const { ask, heard, clock, simulator } = await replaying(plug, { by: 'match', timing: 'none' });
  await clock.advance(0);
  expect(heard).toMatchObject([{ topic: 'tele/plug/LWT', retained: true }]);
  expect(await ask('cmnd/plug/POWER', 'OFF')).toEqual(['stat/plug/POWER OFF']);
  expect(await ask('cmnd/plug/POWER', 'ON')).toEqual(['stat/plug/RESULT {"POWER":"ON"}', 'stat/plug/POWER ON']);
  expect(await ask('cmnd/plug/POWER', 'TOGGLE')).toEqual([]);
  expect(simulator.log.unexpected).toMatchObject([
    { topic: 'cmnd/plug/POWER', heard: Uint8Array.from(Buffer.from('TOGGLE')) },
  ]);
  expect(simulator.unasked()).toEqual([]);
});

test('by order, what comes too early is not answered', async () => {
  const { ask, simulator } = await replaying(plug, { by: 'order', timing: 'none' });
  expect(await ask('cmnd/plug/POWER', 'OFF')).toEqual([]);
  expect(simulator.log.unexpected).toMatchObject([{ expected: { number: 1 } }]);
  expect(await ask('cmnd/plug/POWER', 'ON')).toHaveLength(2);
  expect(simulator.unasked().map(({ number }) => number)).toEqual([2]);
});

test('an answer goes where this question wants it', async () => {
  const { ask, heard } = await replaying(rpc, { by: 'match', timing: 'recorded' });
  await ask('dev/rpc', '{}', { responseTopic: 'other/2', correlationData: Buffer.from('b') });
  expect(heard).toMatchObject([{ topic: 'other/2', correlationData: Buffer.from('b') }]);
});
