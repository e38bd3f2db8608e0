import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { tasmotaSimulator } from '../../simulators/tasmota/index.ts';
import { runSimulator } from '../../simulators/wire/run.ts';
import { systemClock } from '../../src/clock.ts';
import { needs } from '../support/needs.ts';
import { randomFrom } from '../support/random.ts';
import { startMosquitto } from '../wire/mosquitto.ts';
import { temporaryFolder } from '../wire/support.ts';
import { countingSupply, everything } from './counting-supply.ts';
import { allReady, type Service, startService } from './service.ts';

/**
 * The real process, killed with SIGKILL at random moments under load. The far ends live on: a supply on a kernel PTY
 * that counts every setting it was sent (each value is used once), and a plug on a real broker that counts toggles.
 */

const kills = process.env['BELLCRANK_TEST_LONG'] === '1' ? 50 : 5;

/** So many that the line is pressed: what is next on it is put on record ahead, sixteen at a time. */
const clients = 30;

/** Each life goes on until this many have been told, and then for a random time. */
const answersPerLife = 5;

interface Told {
  readonly id: string;
  readonly outcome: string;
}

async function countingPlug(url: string) {
  const running = await runSimulator(tasmotaSimulator, {
    via: 'mqtt',
    seed: 1,
    options: { topic: 'plug' },
    clock: systemClock,
    brokerUrl: url,
  });
  onTestFinished(() => running.close());
  let toggles = 0;
  const { behaviour } = running.simulator as ReturnType<typeof tasmotaSimulator.create>;
  let on = behaviour.on;
  behaviour.listen({
    switched(now) {
      if (now !== on) toggles++;
      on = now;
    },
  });
  return { toggles: () => toggles };
}

/** Clients that send until the service is gone, and keep what they were told. */
class Load {
  readonly told = new Map<string, Told>();
  readonly toggles: string[] = [];
  #volts = 0;
  #service: Service | undefined;

  async against(service: Service, clients: number): Promise<void> {
    this.#service = service;
    const supply = Array.from({ length: clients }, () => this.#set());
    await Promise.all([...supply, this.#toggle()]);
  }

  stop(): void {
    this.#service = undefined;
  }

  async #set(): Promise<void> {
    while (this.#service !== undefined) {
      this.#volts++;
      const volts = this.#volts / 1000;
      const body = await this.#post('/v1/devices/supply/commands/set-voltage', { volts });
      if (body !== undefined) this.told.set(String(volts), body);
    }
  }

  async #toggle(): Promise<void> {
    while (this.#service !== undefined) {
      const body = await this.#post('/v1/devices/plug/commands/toggle', {});
      if (body !== undefined) this.toggles.push(body.outcome);
    }
  }

  /** Undefined: nobody told anything. */
  async #post(path: string, params: unknown): Promise<Told | undefined> {
    const service = this.#service;
    if (service === undefined) return undefined;
    try {
      const { body } = await service.post(path, params);
      const id = body['commandId'] ?? body['id'];
      return typeof id === 'string' ? { id, outcome: String(body['outcome']) } : undefined;
    } catch {
      // The connection broke: it is being killed.
      this.#service = undefined;
      return undefined;
    }
  }
}

test.skipIf(!needs('mosquitto', 'kill -9 under load'))(
  'kill -9: nothing twice, nothing unrecorded, nothing told is lost, what is in doubt is unknown',
  { timeout: 600_000 },
  async () => {
    const seed = Number(process.env['BELLCRANK_TEST_SEED'] ?? Date.now() % 2 ** 31);
    console.log(`${kills} kills, seed ${seed}; BELLCRANK_TEST_SEED=${seed} repeats their moments`);
    const random = randomFrom(seed);
    const supply = await countingSupply();
    const mosquitto = await startMosquitto();
    const url = `mqtt://127.0.0.1:${mosquitto.port}`;
    const plug = await countingPlug(url);
    const folder = temporaryFolder();
    const config = join(folder, 'bellcrank.yaml');
    writeFileSync(
      config,
      `connections:
  line: { serial: { path: ${supply.path}, baudRate: 115200 }, simulated: true }
  broker: { mqtt: { url: '${url}' }, simulated: true }
devices:
  supply: { driver: scpi-supply, connection: line }
  plug: { driver: tasmota, connection: broker, options: { topic: plug } }
log: { level: warn }
`,
    );
    const load = new Load();
    let interrupted = 0;
    for (let kill = 0; kill < kills; kill++) {
      const service = await startService(config, { BELLCRANK_STORE__DIRECTORY: join(folder, 'data') });
      await allReady(service);
      const running = load.against(service, clients);
      const before = load.told.size;
      await expect
        .poll(() => load.told.size - before, { timeout: 30_000, interval: 20 })
        .toBeGreaterThanOrEqual(answersPerLife);
      await new Promise((resolve) => setTimeout(resolve, random() * 900));
      await service.end('SIGKILL');
      load.stop();
      await running;
    }
    const service = await startService(config, { BELLCRANK_STORE__DIRECTORY: join(folder, 'data') });
    const records = await everything(service);
    const byId = new Map(records.map((record) => [record.id, record]));
    const settings = records.filter(({ command }) => command === 'set-voltage');

    for (const record of records) {
      expect(record.state, record.id).toBe('ended');
      if (record.error?.code === 'interrupted') interrupted++;
    }
    expect(new Set(settings.map(({ params }) => params.volts)).size, 'one record a setting').toBe(settings.length);
    const recorded = new Map(settings.map((record) => [String(record.params.volts), record]));
    for (const [volts, times] of supply.settings) {
      expect(times, `${volts} V was set twice`).toBe(1);
      const outcome = recorded.get(volts)?.outcome;
      expect(outcome, `${volts} V was set without a record`).toBeDefined();
      expect(outcome, `${volts} V was set, and is said not to have been sent`).not.toBe('not-sent');
    }
    for (const record of settings) {
      if (record.outcome === 'succeeded') expect(supply.settings.get(String(record.params.volts))).toBe(1);
    }
    for (const told of load.told.values()) {
      const record = byId.get(told.id);
      expect(record, `what was told of ${told.id} is lost`).toBeDefined();
      if (told.outcome !== 'unknown') expect(record?.outcome, told.id).toBe(told.outcome);
    }
    const toggles = records.filter(({ command }) => command === 'toggle').map(({ outcome }) => outcome);
    const sure = toggles.filter((outcome) => outcome === 'succeeded').length;
    const unsure = toggles.filter((outcome) => outcome === 'unknown').length;
    expect(plug.toggles()).toBeGreaterThanOrEqual(sure);
    expect(plug.toggles()).toBeLessThanOrEqual(sure + unsure);
    expect(sure).toBeGreaterThanOrEqual(load.toggles.filter((outcome) => outcome === 'succeeded').length);

    console.log(`${settings.length} settings, ${toggles.length} toggles; ${interrupted} commands were in doubt`);
    // Enough happened for this to mean something.
    expect(load.told.size).toBeGreaterThanOrEqual(kills * answersPerLife);
    expect(interrupted).toBeGreaterThan(0);
  },
);
