/** The service as `src/main.ts` starts it, with one more device, and on demand with a store in memory. */
import '../src/pool-size.ts';
import { drivers } from '../drivers/index.ts';
import { faultCatalogue, simulators } from '../simulators/index.ts';
import { definitions } from '../src/cli/defined.ts';
import { runProcess } from '../src/cli/process.ts';
import { systemClock } from '../src/clock.ts';
import { MemoryStore } from '../src/store/memory.ts';
import { transports } from '../src/transport/index.ts';
import { benchDriver, benchSimulator } from './device.ts';
import { tickerDriver, tickerSimulator } from './ticker.ts';

/** Few, because a large map that loses its oldest entry with each new one costs more than the journal. */
const capacity = 1000;

const inMemory = process.env['BENCH_STORE'] === 'memory';

await runProcess(process, {
  transports,
  drivers: [...drivers, benchDriver, tickerDriver],
  simulators: [...simulators, benchSimulator, tickerSimulator],
  faults: faultCatalogue,
  definitions,
  createApp: async (parts) => {
    const { createApp } = await import('../src/app.ts');
    return await createApp(inMemory ? { ...parts, store: new MemoryStore(capacity) } : parts);
  },
  clock: systemClock,
  version: 'bench',
});
