/** The service as `src/main.ts` starts it, with one more device, and on demand with a store in memory. */
import { settled } from '../src/process-flags.ts';
import { parts } from '../src/cli/parts.ts';
import { runProcess } from '../src/cli/process.ts';
import { systemClock } from '../src/clock.ts';
import { defaultLimits } from '../src/device/limits.ts';
import { MemoryStore } from '../src/store/memory.ts';
import { benchDriver, benchSimulator } from './device.ts';
import { manyDriver, manySimulator, tickerDriver, tickerSimulator } from './ticker.ts';

/** Few, because a large map that loses its oldest entry with each new one costs more than the journal. */
const capacity = 1000;

/** A bridge by hand lets all of them wait, however many there are; the service takes no more than 64 for one line. */
const limits = { ...defaultLimits, link: { ...defaultLimits.link, laneCapacity: 256 } };

const inMemory = process.env['BENCH_STORE'] === 'memory';

const benchParts: typeof parts = {
  ...parts,
  drivers: [...parts.drivers, benchDriver, tickerDriver, manyDriver],
  simulators: [...parts.simulators, benchSimulator, tickerSimulator, manySimulator],
  createApp: async (appParts) => {
    const { createApp } = await import('../src/app.ts');
    return await createApp({ ...appParts, limits, ...(inMemory ? { store: new MemoryStore(capacity) } : {}) });
  },
};
await runProcess(process, {
  loadParts: () => Promise.resolve(benchParts),
  clock: systemClock,
  version: 'bench',
  settled,
});
