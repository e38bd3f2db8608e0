import type { IncomingMessage } from 'node:http';
import { StringDecoder } from 'node:string_decoder';
import type { Command } from 'commander';
import { exitCodes, type ExitCode, type Surroundings } from '../context.ts';
import { named, seconds } from '../remote/arguments.ts';
import { type ConnectionFlags, connectionOptions } from '../remote/connection.ts';
import { CliFailure } from '../remote/failure.ts';
import type { Service } from '../remote/service.ts';
import { withService } from '../remote/sub-command.ts';
import { type Output, toFile, toStandardOutput } from './output.ts';
import { followTrace } from './request.ts';

/** Timers count no further; it is 23 days. */
const maxSeconds = 2_000_000;

interface RecordFlags extends ConnectionFlags {
  readonly out?: string;
  readonly seconds?: number;
  readonly force?: true;
  readonly reconnect?: true;
}

export function addRecord(program: Command, context: Surroundings, finish: (code: ExitCode) => void): void {
  connectionOptions(program.command('record'))
    .description('write down what passes on the wire of a device of a running service, until it is interrupted')
    .argument('<device>', 'the identifier of the device', named)
    .option('-o, --out <file>', 'write to this file in place of the standard output')
    .option('--seconds <number>', 'end after so many', seconds(maxSeconds))
    .option('--force', 'overwrite the file')
    .option('--reconnect', 'have the device attached anew, so that what it is asked then is recorded too')
    .action(async (device: string, flags: RecordFlags) => {
      finish(await withService(flags, context, (service) => record(device, flags, service), device));
    });
}

async function record(device: string, flags: RecordFlags, service: Service): Promise<ExitCode> {
  const { lab, print, context } = service;
  const { clock, shutdown, unread } = context;
  const enough = new AbortController();
  const signal = AbortSignal.any([shutdown, enough.signal, ...(unread === undefined ? [] : [unread])]);
  let output: Output | undefined;
  try {
    // Who is not there, or may not ask, is told as everywhere.
    await lab.device(device).get({ signal });
    const response = await followTrace(device, service, signal);
    output = flags.out === undefined ? toStandardOutput(context.out) : await toFile(flags.out, flags.force === true);
    const timer = flags.seconds === undefined ? undefined : clock.timer(flags.seconds * 1000, () => enough.abort());
    if (flags.out !== undefined) print.note(`recording ${device} to ${flags.out}; interrupt it (Ctrl+C) to end`);
    const copied = copy(response, output, signal).finally(() => timer?.cancel());
    if (flags.reconnect === true) await Promise.all([copied, reconnect(device, service, signal)]);
    if (await copied) return exitCodes.succeeded;
    print.note('the recording ended before it was interrupted; its last line says why, where that is known');
    return exitCodes.problem;
  } catch (error) {
    if (signal.aborted) return exitCodes.succeeded;
    throw error;
  } finally {
    enough.abort();
    await output?.close();
  }
}

/** What a driver asks while it attaches is asked once, as a rule before anybody records. */
async function reconnect(device: string, { lab }: Service, signal: AbortSignal): Promise<void> {
  await lab.http.request('POST', `/v1/devices/${encodeURIComponent(device)}/reconnect`, { signal });
}

/** False if it ended by itself. */
async function copy(response: IncomingMessage, output: Output, signal: AbortSignal): Promise<boolean> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  try {
    for await (const chunk of response) {
      const text = rest + decoder.write(chunk as Buffer); // no encoding was set
      const end = text.lastIndexOf('\n') + 1;
      rest = text.slice(end);
      if (end > 0) await output.write(text.slice(0, end));
    }
  } catch (error) {
    if (error instanceof CliFailure) throw error;
  }
  // An event that is cut off in the middle is none.
  return signal.aborted;
}
