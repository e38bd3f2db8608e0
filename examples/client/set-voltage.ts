/**
 * Sets a supply's voltage and watches until it is there. `devices.d.ts` is what `bellcrank client` printed for the lab:
 *
 *     BELLCRANK_URL=http://127.0.0.1:7080 node set-voltage.ts 5
 */
import { CommandError, CommandUnknown, connect, Unreachable } from 'bellcrank/client';
import type { Devices } from './devices.d.ts';

const wanted = Number(process.argv[2] ?? 5);
const lab = connect<Devices>({ url: process.env['BELLCRANK_URL'], apiKey: process.env['BELLCRANK_API_KEY'] });

try {
  // For as long as this takes nobody else changes it.
  await lab.device('psu-1').hold({ ttlMs: 10_000, note: 'set-voltage.ts' }, async (psu, signal) => {
    await psu.commands.output({ on: true });
    const { outcome, simulated } = await psu.commands.setVoltage({ volts: wanted });
    console.log(`set to ${wanted} V: ${outcome}${simulated ? ' (simulated)' : ''}`);
    for await (const { value, unit, quality } of psu.properties.measuredVoltage.watch({ signal })) {
      console.log(`measured ${value} ${unit}, ${quality}`);
      if (value !== null && Math.abs(value - wanted) < 0.1) break;
    }
  });
} catch (error) {
  // What is unknown may have happened: somebody has to look.
  if (error instanceof CommandUnknown) console.error(`it may have been set or not: ${error.detail}`);
  else if (error instanceof CommandError) console.error(`not set (${error.outcome}): ${error.detail}`);
  else if (error instanceof Unreachable) console.error(error.message);
  else throw error;
  process.exitCode = 1;
}
