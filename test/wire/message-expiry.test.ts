import mqttjs from 'mqtt';
import { expect, onTestFinished, test } from 'vitest';
import { tasmotaDriver } from '../../drivers/tasmota/driver.ts';
import { tasmotaSimulator } from '../../simulators/tasmota/index.ts';
import { runSimulator } from '../../simulators/wire/run.ts';
import { systemClock } from '../../src/clock.ts';
import { mqtt } from '../../src/transport/mqtt.ts';
import { live } from '../support/live.ts';
import { needs } from '../support/needs.ts';
import { startMosquitto } from './mosquitto.ts';

test.skipIf(!needs('mosquitto', 'Message Expiry'))(
  'a command over MQTT 5 carries what is left of its time',
  async () => {
    const { port } = await startMosquitto();
    const url = `mqtt://127.0.0.1:${port}`;
    const simulator = await runSimulator(tasmotaSimulator, {
      via: 'mqtt',
      seed: 1,
      options: { topic: 'plug' },
      clock: systemClock,
      brokerUrl: url,
    });
    onTestFinished(() => simulator.close());
    const spy = await mqttjs.connectAsync(url, { protocolVersion: 5 });
    onTestFinished(() => spy.endAsync());
    const seen: unknown[] = [];
    spy.on('message', (topic, payload, { properties }) =>
      seen.push([topic, payload.toString(), properties?.messageExpiryInterval]),
    );
    await spy.subscribeAsync('cmnd/plug/POWER');
    const settings = { url, protocolVersion: 5 };
    const rig = live(tasmotaDriver, [{ id: 'plug', transport: mqtt, settings, options: { topic: 'plug' } }]);
    await expect.poll(() => rig.device('plug').state, { timeout: 5000 }).toBe('ready');
    expect(await rig.submit('plug', 'power', { on: true })).toMatchObject({ outcome: 'succeeded' });
    // Its model gives it 5 s.
    await expect.poll(() => seen).toEqual([['cmnd/plug/POWER', 'ON', 5]]);
  },
);
