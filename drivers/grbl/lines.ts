import { type ByteWire, type Call, DryRunEnd } from '../../src/driver/index.ts';
import type { StateName } from './codec/report.ts';
import type { Machine } from './machine.ts';

/** In check mode G-code is answered with `ok`, and nothing is done. */
const working: readonly StateName[] = ['Idle', 'Run', 'Jog', 'Alarm'];

/** A line whose `ok` is its end: for spindle, coolant, unlocking and settings, which wait for motion to end themselves. */
export async function lineCommand<R>(machine: Machine, text: string, result: R, call: Call<ByteWire, R>): Promise<R> {
  if (call.dryRun) {
    await call.wire.write(Buffer.from(`${text}\n`, 'latin1'));
    throw new DryRunEnd(true);
  }
  return await machine.run(call, 'line', async (task) => {
    await machine.ready(call, task, text.startsWith('$') ? undefined : working);
    const [sent] = await machine.link.send(call, [text]);
    if (sent !== undefined) await task.ok(sent);
    call.confirm('acknowledged', { sent: text, reply: 'ok' });
    return result;
  });
}

type Settings = { settings: { number: number; value: number }[] };

/** $$ is refused while the machine moves (error:8). */
export async function readSettings(machine: Machine, call: Call<ByteWire, Settings>): Promise<Settings> {
  if (call.dryRun) {
    await call.wire.write(Buffer.from('$$\n', 'latin1'));
    throw new DryRunEnd(true);
  }
  return await machine.run(call, 'line', async (task) => {
    await machine.ready(call, task);
    const settings = await machine.readSettings(call);
    call.confirm('acknowledged', { count: settings.size });
    return { settings: Array.from(settings, ([number, value]) => ({ number, value })) };
  });
}
