import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { needs } from '../support/needs.ts';
import { findTmpfs, mountTmpfs } from '../support/tmpfs.ts';
import { temporaryFolder } from '../wire/support.ts';
import { countingSupply, everything } from './counting-supply.ts';
import { allReady, type Answer, type Service, startService } from './service.ts';

/** So many that the line is pressed: what is next on it is put on record ahead. */
const clients = 30;
const setVoltage = '/v1/devices/supply/commands/set-voltage';

/** Clients that each set a voltage nobody else sets, one after the other, until they are stopped. */
class Pressing {
  readonly answers: Answer[] = [];
  #isOver = false;
  #volts = 0;
  readonly #running: Promise<unknown>;

  constructor(service: Service) {
    this.#running = Promise.all(Array.from({ length: clients }, () => this.#press(service)));
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#running;
  }

  async #press(service: Service): Promise<void> {
    while (!this.#isOver) {
      try {
        this.answers.push(await service.post(setVoltage, { volts: ++this.#volts / 1000 }));
      } catch {
        return; // It was killed.
      }
    }
  }

  /** How often the newest answers had this status. */
  since(count: number, status: number): number {
    return this.answers.slice(count).filter((answer) => answer.status === status).length;
  }
}

test.skipIf(!needs('tmpfs', 'a full disk under load', { find: findTmpfs })).each(['ends in order', 'is killed'])(
  'the disk fills up under a pressed line, a stop goes through, and the service %s: what was told and what was set are on record',
  { timeout: 120_000 },
  async (end) => {
    const supply = await countingSupply();
    const disk = mountTmpfs(48 * 1024 * 1024);
    const config = join(temporaryFolder(), 'bellcrank.yaml');
    writeFileSync(
      config,
      `connections:
  line: { serial: { path: ${supply.path}, baudRate: 115200 }, simulated: true }
devices:
  supply: { driver: scpi-supply, connection: line }
log: { level: error }
`,
    );
    const env = { BELLCRANK_STORE__DIRECTORY: join(disk.path, 'data') };
    const service = await startService(config, env);
    await allReady(service);
    const pressing = new Pressing(service);
    const enough = async (status: number): Promise<void> => {
      const before = pressing.answers.length;
      await expect.poll(() => pressing.since(before, status), { timeout: 30_000 }).toBeGreaterThanOrEqual(100);
    };
    await enough(200);
    disk.fill();
    await enough(503);
    const settings = supply.settings.size;
    await enough(503);
    expect(supply.settings.size, 'nothing leaves that cannot be put on record').toBe(settings);
    const stopped = await service.post('/v1/devices/supply/stop', {});
    expect(stopped, 'a stop asks no disk').toMatchObject({ status: 200, body: { outcome: 'succeeded' } });
    if (end === 'ends in order') {
      disk.free();
      await expect
        .poll(() => fetch(`${service.url}/v1/devices/supply/stop`, { method: 'DELETE' }).then(({ ok }) => ok), {
          timeout: 30_000,
        })
        .toBe(true);
      await enough(200);
      await pressing.stop();
      await service.end('SIGTERM');
    } else {
      await service.end('SIGKILL');
      await pressing.stop();
      disk.free();
    }

    const again = await startService(config, env);
    const records = new Map((await everything(again)).map((record) => [record.id, record]));
    for (const { state, id } of records.values()) expect(state, id).toBe('ended');
    const byVolts = new Map([...records.values()].map((record) => [String(record.params.volts), record]));
    for (const [volts, times] of supply.settings) {
      expect(times, `${volts} V was set twice`).toBe(1);
      expect(byVolts.get(volts)?.outcome, `${volts} V was set, and the record says`).toMatch(/^(succeeded|unknown)$/);
    }
    for (const { command, outcome, params } of records.values()) {
      if (command !== 'set-voltage' || outcome !== 'succeeded') continue;
      expect(supply.settings.get(String(params.volts)), `${params.volts} V`).toBe(1);
    }
    let unknown = 0;
    for (const { body, status } of pressing.answers) {
      const { outcome } = body;
      const record = records.get(String(body['commandId'] ?? body['id']));
      if (status === 200) expect(record?.outcome).toBe(outcome);
      if (outcome === 'not-sent') expect(record?.outcome ?? outcome).toBe(outcome);
      if (outcome !== 'unknown') continue;
      unknown++;
      expect(record, `what is unknown can be looked for: ${JSON.stringify(body)}`).toBeDefined();
    }
    expect(unknown, 'the disk was full in the middle of something').toBeGreaterThan(0);
  },
);
