import { type Command, Option } from 'commander';
import {
  type ReplaySettings,
  type ReplaySimulator,
  replayOf,
  summaryOf,
  unexpectedText,
} from '../../../simulators/recording/index.ts';
import { BellcrankError, messageOf } from '../../errors.ts';
import { turnsOf } from '../../recording/index.ts';
import type { CliContext, ExitCode } from '../context.ts';
import { readRecordingFile } from '../recording-file.ts';
import { brokerUrl } from '../simulate/broker-url.ts';
import { wholeNumber } from '../simulate/command.ts';
import { expose, type Wanted } from '../simulate/expose.ts';
import { serveUntilEnd } from '../simulate/serve.ts';
import { Trace } from '../simulate/trace.ts';

interface ReplayOptions extends Wanted, ReplaySettings {
  readonly trace?: true;
}

const help = `
It prints what it was asked that the recording has no answer to, and in the end what nobody has asked. Its exit code is 1
if anything came that it did not expect.

A protocol that counts its messages (Modbus TCP) does not send the same bytes twice; only --by order has a chance there.`;

export function addReplay(program: Command, context: CliContext, finish: (code: ExitCode) => void): void {
  program
    .command('replay')
    .description('be the device of a recording: answer what was asked as it was answered, until it is ended')
    .argument('<file>', 'the recording')
    .option('--pty <path>', 'make it a serial port: a link to a pseudo-terminal; ./tty-recording if nothing is given')
    .option('--tcp <port>', 'listen on this port of 127.0.0.1; 0 takes any free one', wholeNumber(65_535))
    .option('--mqtt <url>', 'be a device on this broker')
    .addOption(
      new Option('--by <way>', 'match: whatever was asked then is answered; order: only what was asked next')
        .choices(['match', 'order'])
        .default('match'),
    )
    .addOption(
      new Option('--timing <how>', 'answer as late as it did, or at once')
        .choices(['recorded', 'none'])
        .default('recorded'),
    )
    .option('--trace', 'print what it hears and says, as a recording')
    .addHelpText('after', help)
    .action(async (file: string, options: ReplayOptions) => {
      finish(await replay(file, options, context));
    });
}

async function replay(file: string, options: ReplayOptions, context: CliContext): Promise<ExitCode> {
  const { clock, env, err } = context;
  const { pty, tcp, mqtt, by, timing } = options;
  try {
    const recording = readRecordingFile(file);
    const { shape } = turnsOf(recording);
    const kind = replayOf(recording, { by, timing });
    const made: ReplaySimulator[] = [];
    const create: typeof kind.create = (settings) => {
      const simulator = kind.create(settings);
      simulator.log.onUnexpected((what) => err(`${unexpectedText(what)}\n`));
      made.push(simulator);
      return simulator;
    };
    const wanted = {
      ...(pty !== undefined && { pty }),
      ...(tcp !== undefined && { tcp }),
      ...(mqtt !== undefined && { mqtt: brokerUrl(mqtt, env) }),
    };
    const trace = options.trace && new Trace(recording.header, clock, context.out);
    const watch = trace && { watch: trace.watch() };
    const running = await expose({ ...kind, create }, { wanted, shape, seed: 1, options: {}, clock, ...watch });
    const exposed = { running: [running], close: () => running.close() };
    const code = await serveUntilEnd(exposed, trace, { faults: [] }, context);
    for (const simulator of made) err(`${summaryOf(simulator)}\n`);
    return made.some(({ log }) => log.count > 0) ? 1 : code;
  } catch (error) {
    err(`${messageOf(error)}\n`);
    return error instanceof BellcrankError && error.code === 'invalid-request' ? 2 : 1;
  }
}
