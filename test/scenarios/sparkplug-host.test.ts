import { describe, expect, onTestFinished, test } from 'vitest';
import { sparkplugB } from '../../drivers/sparkplug-b/driver.ts';
import { type EdgeSimulator, sparkplugSimulator } from '../../simulators/sparkplug-b/index.ts';
import { brokerFarClient } from '../../simulators/wire/far-client.ts';
import { runSimulator } from '../../simulators/wire/run.ts';
import { systemClock } from '../../src/clock.ts';
import { BellcrankError, type Message } from '../../src/driver/index.ts';
import { mqtt } from '../../src/transport/index.ts';
import { live } from '../support/live.ts';
import { brokers } from '../wire/brokers.ts';

const group = 'Host';
const node = 'Edge';
const topic = 'spBv1.0/STATE/bellcrank';
/** As the driver's page has it. */
const presence = {
  topic,
  online: '{"online":true,"timestamp":{timestamp}}',
  offline: '{"online":false,"timestamp":{timestamp}}',
};

describe.each(brokers.filter(({ skip }) => !skip))('over $name', ({ protocolVersion, start }) => {
  async function waiting() {
    const broker = await start();
    const { signal } = new AbortController();
    const heard: Message[] = [];
    const watcher = await brokerFarClient(broker.url, undefined, signal);
    onTestFinished(() => watcher.close());
    watcher.subscribe('spBv1.0/#', (message) => void heard.push(message));
    const running = await runSimulator(sparkplugSimulator, {
      via: 'mqtt',
      seed: 1,
      options: { group, node, primaryHost: 'bellcrank' },
      clock: systemClock,
      brokerUrl: broker.url,
    });
    onTestFinished(() => running.close());
    // `create` of this kind returns an EdgeSimulator; the runner knows it as a Simulator.
    const { behaviour } = running.simulator as EdgeSimulator;
    const births = (): number => heard.filter((message) => message.topic.includes('/NBIRTH/')).length;
    const deaths = (): number => heard.filter((message) => message.topic.includes('/NDEATH/')).length;
    return { broker, behaviour, births, deaths };
  }

  test('a node that waits for its primary host is there as long as that is', { timeout: 30_000 }, async () => {
    const { broker, behaviour, births, deaths } = await waiting();
    expect(births()).toBe(0);
    const settings = { url: broker.url, protocolVersion, presence };
    const options = { group, node, device: 'PumpSkid', replyTimeoutMs: 1000 };
    const rig = live(sparkplugB, [{ id: 'skid', transport: mqtt, settings, options }]);
    await expect.poll(() => rig.device('skid').state, { timeout: 10_000 }).toBe('ready');
    // Who watches hears of it on a connection of their own.
    await expect.poll(births, { timeout: 5000 }).toBeGreaterThan(0);
    expect(await rig.submit('skid', 'write:setpoints-speed', { value: 1200 })).toMatchObject({
      outcome: 'succeeded',
      confirmation: 'confirmed',
    });
    expect(behaviour.value('PumpSkid', 'Setpoints/Speed')).toBe(1200);
    expect(rig.device('skid').reading('sensors-pressure')).toMatchObject({ value: 2.4, quality: 'good' });
    expect(deaths()).toBe(0);
    await rig.registry.close(new BellcrankError('shutting-down', 'over'));
    await expect.poll(deaths, { timeout: 5000 }).toBe(1);
  });
});
