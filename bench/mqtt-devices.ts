/** A service with many devices on one broker, all of them discovered and adopted by a rule. */
import type { FleetTasks } from './fleet.ts';
import { type Helper, type Service, startService } from './processes.ts';

/** Devices that are announced and adopted by no rule. */
export const extras = 20;

/** One connection with so many devices on it, all of them discovered and adopted by a rule. */
export interface Fleet {
  readonly prefix: string;
  readonly names: readonly string[];
  readonly service: Service;
  /** From the start of the service until every device was ready, in ms. */
  readonly readyMs: number;
  readonly rssBytes: number;
}

export async function fleetOf(size: number, port: number, far: Helper<FleetTasks>, program?: string): Promise<Fleet> {
  const prefix = `fleet${size}`;
  const names = Array.from({ length: size }, (_, index) => `${prefix}-${index}`);
  const strangers = Array.from({ length: extras }, (_, index) => `extra${size}-${index}`);
  await far.ask('announce', { prefix, names: [...names, ...strangers] });
  const began = performance.now();
  const service = await startService({
    program,
    connections: { broker: { mqtt: { url: `mqtt://127.0.0.1:${port}` }, simulated: true } },
    devices: {},
    discovery: {
      broker: {
        dialects: ['home-assistant'],
        options: { 'home-assistant': { prefix } },
        autoAdopt: [{ match: { name: `${prefix}-*` } }],
      },
    },
  });
  await untilReady(service.url, size);
  const readyMs = performance.now() - began;
  // What was needed to get there goes.
  await new Promise((resolve) => setTimeout(resolve, 5000));
  return { prefix, names, service, readyMs, rssBytes: service.rssBytes() };
}

async function untilReady(url: string, count: number): Promise<void> {
  const limit = performance.now() + 300_000;
  for (;;) {
    const { devices } = (await (await fetch(`${url}/health/ready`)).json()) as { devices: Record<string, number> };
    if ((devices['ready'] ?? 0) >= count) return;
    if (performance.now() > limit) throw new Error(`not every device is ready: ${JSON.stringify(devices)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
