import type { Command } from 'commander';
import type { StreamState, StreamType } from '../../../client/index.ts';
import { suggestion } from '../../../yaml/suggest.ts';
import { exitCodes, type ExitCode, type Surroundings } from '../../context.ts';
import { collected, names, wholeNumber } from '../arguments.ts';
import { CliFailure } from '../failure.ts';
import type { Service } from '../service.ts';
import { remoteCommand, type RemoteFlags, withService } from '../sub-command.ts';
import { Reader } from './lines.ts';
import { streamTypes } from './types.ts';

interface WatchFlags extends RemoteFlags {
  readonly type?: readonly string[];
  readonly label?: readonly string[];
  readonly after?: number;
}

export function addWatch(program: Command, context: Surroundings, finish: (code: ExitCode) => void): void {
  remoteCommand(program, 'watch')
    .description('print what happens, as it happens, until it is interrupted: values, commands, events')
    .argument('[device...]', 'only of these devices', names)
    .option(
      '--type <type>',
      `only this: ${streamTypes.join(', ')}; may be repeated, or be a list with commas`,
      collected,
    )
    .option('--label <key[=value]>', 'only of devices with this label; may be repeated', collected)
    .option('--after <id>', 'go on after this event, by its id in --json', wholeId)
    .addHelpText(
      'after',
      '\nWhat breaks off is resumed by itself. With --json each event is a document on a line of its own, values that did not change among them.',
    )
    .action(async (devices: readonly string[], flags: WatchFlags) => {
      finish(await withService(flags, context, (service) => watch(devices, flags, service), devices[0]));
    });
}

const wholeId = wholeNumber(Number.MAX_SAFE_INTEGER);

async function watch(device: readonly string[], flags: WatchFlags, service: Service): Promise<ExitCode> {
  const { lab, print, context } = service;
  // The stream of a device that there is not is silent for ever.
  for (const id of device) await lab.device(id).get();
  const signals = [context.shutdown, ...(context.unread === undefined ? [] : [context.unread])];
  const signal = AbortSignal.any(signals);
  const options = { signal, lastEventId: flags.after, onState: stateTeller(service) };
  const type = typesOf(flags.type ?? []);
  const reader = new Reader(type, print.paint);
  for await (const event of lab.stream({ device, label: flags.label, type }, options)) {
    if (print.json) print.jsonLine(event);
    else for (const line of reader.lines(event)) print.line(line);
    if (event.type === 'gap')
      print.note(`what came between cannot be told: ${event.data.reason}; how things stand follows`);
  }
  return exitCodes.succeeded;
}

function typesOf(given: readonly string[]): readonly StreamType[] {
  return given
    .flatMap((text) => text.split(','))
    .map((text) => {
      const type = streamTypes.find((known) => known === text);
      if (type !== undefined) return type;
      throw new CliFailure(exitCodes.usage, `there is no type ${JSON.stringify(text)}${suggestion(text, streamTypes)}`);
    });
}

/** Says when the service is lost and when it is there again; the first connection goes without saying. */
function stateTeller({ print }: Service): (state: StreamState, error?: Error) => void {
  let isLost = false;
  return (state, error) => {
    if (state === 'lost' && !isLost) {
      isLost = true;
      print.note(
        `the connection is lost: ${error?.message ?? 'nobody knows why'}; trying again, what is missed is made up for`,
      );
    } else if (state === 'open' && isLost) {
      isLost = false;
      print.note('the service is there again');
    }
  };
}
