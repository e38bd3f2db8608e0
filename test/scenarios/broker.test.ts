import { describe, expect, onTestFinished, test } from 'vitest';
import { tasmotaDriver } from '../../drivers/tasmota/driver.ts';
import { type TasmotaSimulator, tasmotaSimulator } from '../../simulators/tasmota/index.ts';
import { runSimulator } from '../../simulators/wire/run.ts';
import { systemClock } from '../../src/clock.ts';
import { mqtt } from '../../src/transport/index.ts';
import { live } from '../support/live.ts';
import { brokers } from '../wire/brokers.ts';

const topic = 'plug';

describe.each(brokers.filter(({ skip }) => !skip))('over $name', ({ protocolVersion, start }) => {
  async function plugged() {
    const broker = await start();
    const running = await runSimulator(tasmotaSimulator, {
      via: 'mqtt',
      seed: 1,
      options: { topic },
      clock: systemClock,
      brokerUrl: broker.url,
    });
    onTestFinished(() => running.close());
    // `create` of this kind returns a TasmotaSimulator; the runner knows it as a Simulator.
    const { behaviour } = running.simulator as TasmotaSimulator;
    const settings = { url: broker.url, protocolVersion };
    const rig = live(tasmotaDriver, [
      { id: 'plug', transport: mqtt, settings, options: { topic, replyTimeoutMs: 500 } },
    ]);
    await ready(rig);
    return { broker, behaviour, rig, control: running.control };
  }

  const ready = (rig: ReturnType<typeof live>) =>
    expect.poll(() => rig.device('plug').state, { timeout: 10_000 }).toBe('ready');

  test('a command is confirmed by what the plug itself reports', async () => {
    const { behaviour, rig } = await plugged();
    // Reported while it was attached, and so known from the start.
    expect(rig.device('plug').reading('voltage')).toMatchObject({ value: 0, quality: 'good' });
    expect(await rig.submit('plug', 'power', { on: true })).toMatchObject({
      outcome: 'succeeded',
      confirmation: 'confirmed',
    });
    expect(behaviour.on).toBe(true);
    expect(await rig.submit('plug', 'toggle')).toMatchObject({
      outcome: 'succeeded',
      confirmation: 'acknowledged',
      result: { on: false },
    });
  });

  test('a broker that dies and comes back: what was asked meanwhile is never sent', { timeout: 30_000 }, async () => {
    const { broker, behaviour, rig } = await plugged();
    behaviour.pressButton();
    const before = behaviour.on;
    await broker.stop();
    await expect.poll(() => rig.device('plug').state, { timeout: 5000 }).not.toBe('ready');
    for (let count = 0; count < 3; count++) {
      expect(await rig.submit('plug', 'toggle')).toMatchObject({
        outcome: 'not-sent',
        reason: 'offline',
        error: { code: 'device-offline' },
      });
    }
    await broker.start();
    await ready(rig);
    expect(behaviour.on).toBe(before);
    expect(await rig.submit('plug', 'power', { on: !before })).toMatchObject({ outcome: 'succeeded' });
    expect(behaviour.on).toBe(!before);
  });

  test('a plug that goes away is offline by its last will, and nothing is published to it', async () => {
    const { behaviour, control, rig } = await plugged();
    await control.press('unplug');
    await expect.poll(() => rig.device('plug').state, { timeout: 5000 }).toBe('offline');
    const before = behaviour.on;
    expect(await rig.submit('plug', 'power', { on: !before })).toMatchObject({
      outcome: 'not-sent',
      reason: 'offline',
    });
    await control.press('plug');
    await ready(rig);
    expect(behaviour.on).toBe(before);
    expect(await rig.submit('plug', 'power', { on: !before })).toMatchObject({ outcome: 'succeeded' });
  });

  test('a plug that does not answer: unknown', async () => {
    const { control, rig } = await plugged();
    await control.setFaults({ faults: [{ kind: 'mute' }] });
    expect(await rig.submit('plug', 'power', { on: true })).toMatchObject({
      outcome: 'unknown',
      error: { code: 'device-timeout' },
    });
    await control.clearFaults();
    await ready(rig);
    expect(await rig.submit('plug', 'power', { on: false })).toMatchObject({ outcome: 'succeeded' });
  });
});
