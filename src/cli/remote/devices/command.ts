import { type Command, Option } from 'commander';
import type { DeviceState } from '../../../client/index.ts';
import { exitCodes, type ExitCode, type Surroundings } from '../../context.ts';
import { named } from '../arguments.ts';
import type { Service } from '../service.ts';
import { remoteCommand, type RemoteFlags, withService } from '../sub-command.ts';
import { showDevice } from './detail.ts';
import { listDevices } from './list.ts';

interface DevicesFlags extends RemoteFlags {
  readonly label?: string;
  readonly model?: string;
  readonly state?: DeviceState;
}

const states: readonly DeviceState[] = ['disabled', 'offline', 'connecting', 'quarantined', 'ready', 'recovering'];

export function addDevices(program: Command, context: Surroundings, finish: (code: ExitCode) => void): void {
  remoteCommand(program, 'devices')
    .description('list the devices of a running service, or show one with all that it can do')
    .argument('[device]', 'the one to show', named)
    .option('--label <key[=value]>', 'only those with this label')
    .option('--model <model>', 'only those of this model')
    .addOption(new Option('--state <state>', 'only those in this state').choices(states))
    .action(async (device: string | undefined, flags: DevicesFlags) => {
      finish(await withService(flags, context, (service) => devices(device, flags, service), device));
    });
}

async function devices(device: string | undefined, flags: DevicesFlags, service: Service): Promise<ExitCode> {
  if (device !== undefined) await showDevice(device, service);
  else {
    const { label, model, state } = flags;
    await listDevices({ label, model, state }, service);
  }
  return exitCodes.succeeded;
}
