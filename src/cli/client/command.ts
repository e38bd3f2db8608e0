import type { Command } from 'commander';
import type { DeviceDetailView, Lab } from '../../client/index.ts';
import { type ExitCode, exitCodes, type Surroundings } from '../context.ts';
import { type ConnectionFlags, connectionOptions } from '../remote/connection.ts';
import { withService } from '../remote/sub-command.ts';
import { devicesModule } from './module.ts';

/** Devices that are asked at once. */
const atOnce = 8;

export function addClient(program: Command, context: Surroundings, finish: (code: ExitCode) => void): void {
  const command = program
    .command('client')
    .description('print the types of a service’s devices, for scripts that import bellcrank/client')
    .addHelpText('after', '\nExample:\n  bellcrank client > devices.d.ts\n');
  connectionOptions(command).action(async (flags: ConnectionFlags) => {
    const code = await withService(flags, context, async ({ lab, print }) => {
      const devices = await describedDevices(lab, context.shutdown);
      const note = 'offers nothing yet: what it can do is known once it has been reached';
      print.note(...devices.filter(offersNothing).map(({ id }) => `${id} ${note}`));
      context.out(devicesModule(devices));
      return exitCodes.succeeded;
    });
    finish(code);
  });
}

async function describedDevices(lab: Lab, signal: AbortSignal): Promise<readonly DeviceDetailView[]> {
  const ids = (await lab.devices({ signal })).map(({ id }) => id);
  const devices: DeviceDetailView[] = [];
  const next = ids.values();
  const ask = async (): Promise<void> => {
    for (const id of next) devices.push(await lab.device(id).get({ signal }));
  };
  await Promise.all(Array.from({ length: atOnce }, ask));
  return devices;
}

function offersNothing({ commands, properties, events }: DeviceDetailView): boolean {
  return [commands, properties, events].every((offer) => Object.keys(offer).length === 0);
}
