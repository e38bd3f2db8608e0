import type { Command } from 'commander';
import { connect, type DeviceDetailView, type Lab } from '../../client/index.ts';
import { type CliContext, type ExitCode, exitCodes } from '../context.ts';
import { type ConnectionFlags, connectionOf, connectionOptions } from '../remote/connection.ts';
import { devicesModule } from './module.ts';

/** Devices that are asked at once. */
const atOnce = 8;

export function addClient(program: Command, context: CliContext, finish: (code: ExitCode) => void): void {
  const command = program
    .command('client')
    .description('print the types of a service’s devices, for scripts that import bellcrank/client')
    .addHelpText('after', '\nExample:\n  bellcrank client > devices.d.ts\n');
  connectionOptions(command).action(async (flags: ConnectionFlags) => {
    const { url, apiKey } = await connectionOf(flags, context.env);
    const devices = await describedDevices(connect({ url, apiKey }), context.shutdown);
    for (const { id } of devices.filter(offersNothing)) {
      context.err(`${id} offers nothing yet: what it can do is known once it has been reached\n`);
    }
    context.out(devicesModule(devices));
    finish(exitCodes.succeeded);
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
