import { afterAll, describe, expect, test, vi } from 'vitest';
import { consumed } from '../support/consumer.ts';
import { needs } from '../support/needs.ts';
import { sharedLab } from './lab.ts';

vi.setConfig({ testTimeout: 60_000 });

const lab = sharedLab();

afterAll(() => lab.end());

const thing = async (id: string) => await consumed(`${(await lab.service()).url}/v1/devices/${id}/td`);

describe.skipIf(!needs('peers', 'node-wot'))('node-wot, over real wires', () => {
  test('reads and writes properties', async () => {
    const psu = await thing('psu-1');
    await psu.writeProperty('voltage-setpoint', 4.5);
    expect(await (await psu.readProperty('voltage-setpoint')).value()).toBe(4.5);
    await expect(psu.writeProperty('voltage-setpoint', 31)).rejects.toThrow('Bad Request');
    await expect.poll(async () => (await psu.readProperty('measured-voltage')).value()).toBe(4.5);
    expect(await (await psu.readAllProperties()).get('output-enabled')?.value()).toBe(true);
  });

  test('invokes actions; whatever they end as but success is an error', async () => {
    const { put } = await lab.service();
    const psu = await thing('psu-1');
    expect(await (await psu.invokeAction('set-voltage', { volts: 5 }))?.value()).toEqual({});
    await expect(psu.invokeAction('set-voltage', { volts: 5.6 })).rejects.toThrow('Bad Request');
    await put('/v1/simulators/psu-1/faults', { seed: 1, faults: [{ kind: 'nak' }] });
    await expect(psu.invokeAction('set-voltage', { volts: 5 })).rejects.toThrow('Conflict');
    await lab.service();
    await put('/v1/simulators/psu-1/faults', { seed: 1, faults: [{ kind: 'mute' }] });
    // On a busy machine a poll finds out first.
    await expect(psu.invokeAction('set-voltage', { volts: 5 })).rejects.toThrow(/Gateway Timeout|Service Unavailable/);
  });

  test('the same over MQTT, and what a stopped device refuses', async () => {
    const plug = await thing('plug-1');
    expect(await (await plug.invokeAction('power', { on: true }))?.value()).toEqual({ on: true });
    expect(await (await plug.readProperty('power')).value()).toBe(true);
    await (await lab.service()).post('/v1/devices/plug-1/stop', {});
    await expect(plug.invokeAction('power', { on: true })).rejects.toThrow('Locked');
    expect(await (await plug.readProperty('power')).value()).toBe(false);
  });

  test('observes a property as its value moves, and no more once it has stopped', async () => {
    const psu = await thing('psu-1');
    await psu.writeProperty('voltage-setpoint', 1);
    const seen: unknown[] = [];
    const observed = await psu.observeProperty(
      'voltage-setpoint',
      (output) => void output.value().then((v) => seen.push(v)),
    );
    await expect.poll(() => seen.at(-1), { timeout: 10_000 }).toBe(1);
    await psu.writeProperty('voltage-setpoint', 2);
    await expect.poll(() => seen.at(-1), { timeout: 10_000 }).toBe(2);
    await observed.stop();
    const told = seen.length;
    await psu.writeProperty('voltage-setpoint', 3);
    expect(await (await psu.readProperty('voltage-setpoint')).value()).toBe(3);
    expect(seen.length).toBe(told);
  });

  test('subscribes to an event', async () => {
    const psu = await thing('psu-1');
    const heard: unknown[] = [];
    await psu.subscribeEvent('device-error', (output) => void output.value().then((data) => heard.push(data)));
    await (await lab.service()).post('/v1/devices/psu-1/raw', { text: 'NONSENSE\n' });
    await expect.poll(() => heard, { timeout: 20_000 }).toMatchObject([{ code: -113 }]);
  });
});
