import { describe, expect, test, vi } from 'vitest';
import { allReady } from '../process/service.ts';
import { browserLab, eventually } from '../support/browser-lab.ts';
import { needs } from '../support/needs.ts';

const config = `
connections:
  house:
    simulate:
      via: mqtt
      devices:
        - { model: tasmota, options: { topic: plug-1 } }
        - { model: zigbee2mqtt, options: { devices: [light] } }
  psu-line: { simulate: { model: scpi-supply, via: memory } }
discovery:
  house: {}
devices:
  plug-1: { driver: tasmota, connection: house, options: { topic: plug-1 } }
`;

interface Candidate {
  readonly name: string;
  readonly device: string | null;
}

interface Candidates {
  readonly items: readonly Candidate[];
}

interface Device {
  readonly id: string;
  readonly labels: object;
}

describe.skipIf(!needs('chromium', 'discovery in a browser'))('the page of discovery', () => {
  const lab = browserLab(config, async (service) => {
    await allReady(service);
    const names = async () => (await service.get<Candidates>('/v1/discovery')).items.map(({ name }) => name);
    await vi.waitFor(async () => expect(await names()).toContain('light'), eventually);
  });

  const devices = async () => (await lab.service.get<{ items: Device[] }>('/v1/devices')).items.map(({ id }) => id);

  test('a candidate becomes a device with an id and labels, what is wrong is said where it was written, and is forgotten', async () => {
    const { page, complaints } = await lab.open('#/discovery');
    const light = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'light', exact: true }) });
    await light.getByText('SIMULATED').waitFor();
    await light.getByRole('button', { name: 'Adopt light' }).click();
    const form = page.getByRole('group', { name: 'Adopt light' });
    await form.getByLabel('Id').fill('Kitchen Lamp');
    await form.getByLabel('Labels').fill('room');
    await form.getByRole('button', { name: 'Adopt', exact: true }).click();
    await form.getByText('“room” is no label').waitFor();
    await form.getByLabel('Labels').fill('room=kitchen, kind=light');
    await form.getByRole('button', { name: 'Adopt', exact: true }).click();
    await expect.poll(() => form.getByLabel('Id').getAttribute('aria-invalid'), eventually).toBe('true');
    expect(await devices()).toEqual(['plug-1']);
    await form.getByLabel('Id').fill('plug-1');
    await form.getByRole('button', { name: 'Adopt', exact: true }).click();
    await form.getByRole('status').getByText('plug-1').waitFor();
    await form.getByLabel('Id').fill('kitchen-lamp');
    await form.getByRole('button', { name: 'Adopt', exact: true }).click();
    await expect.poll(devices, eventually).toEqual(['kitchen-lamp', 'plug-1']);
    expect(await lab.service.get('/v1/devices/kitchen-lamp')).toMatchObject({
      labels: { room: 'kitchen', kind: 'light' },
    });
    await light.waitFor({ state: 'hidden' });

    await page.getByLabel('Show').selectOption('devices already');
    const adopted = page
      .getByRole('listitem')
      .filter({ has: page.getByRole('heading', { name: 'light', exact: true }) });
    await adopted.getByRole('link', { name: 'kitchen-lamp' }).waitFor();
    await page.getByText('in the configuration', { exact: true }).waitFor();
    await adopted.getByRole('button', { name: 'Forget kitchen-lamp' }).click();
    expect(await devices()).toContain('kitchen-lamp');
    await adopted.getByRole('button', { name: 'Forget kitchen-lamp' }).click();
    await expect.poll(devices, eventually).toEqual(['plug-1']);
    await adopted.waitFor({ state: 'hidden' });
    expect(complaints).toEqual([]);
  });

  test('what does not announce itself is added by hand, with the options that its driver asks for', async () => {
    const { page, complaints } = await lab.open('#/discovery');
    await page.getByRole('button', { name: 'Add a device' }).click();
    const byHand = page.getByRole('region', { name: 'Add a device by hand' });
    await byHand.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Add a device' }).click();
    await page.getByLabel('Driver').selectOption('tasmota');
    await byHand.getByRole('button', { name: 'Add', exact: true }).click();
    await byHand.getByText('This is required.').waitFor();
    await byHand.getByLabel(/^Device topic/).fill('plug-2');
    await byHand.getByRole('button', { name: 'Add', exact: true }).click();
    await byHand.getByText('It needs an id.').waitFor();
    await byHand.getByText('It needs a connection: mqtt.').waitFor();
    await byHand.getByLabel('Id').fill('Plug 2');
    await byHand.getByLabel('Connection').fill('house');
    await byHand.getByRole('button', { name: 'Add', exact: true }).click();
    await byHand.getByText('no hyphen first').waitFor();
    expect(await byHand.innerText()).not.toContain('must match pattern');
    await byHand.getByLabel('Id').fill('plug-2');
    await byHand.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('heading', { name: 'plug-2', level: 1 }).waitFor();
    expect(page.url()).toMatch(/#\/devices\/plug-2$/);
    expect(await lab.service.get('/v1/devices/plug-2')).toMatchObject({
      managedBy: 'api',
      options: { topic: 'plug-2' },
    });
    expect(complaints).toEqual([]);
  });
});
