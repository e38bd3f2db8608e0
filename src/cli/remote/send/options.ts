import { type Command, InvalidArgumentError } from 'commander';
import { seconds } from '../arguments.ts';
import type { RemoteFlags } from '../sub-command.ts';

/** How a command is sent, and how long its end is waited for. */
export interface SendFlags extends RemoteFlags {
  readonly help?: true;
  readonly idempotencyKey?: string;
  /** Seconds. */
  readonly wait?: number;
  readonly async?: true;
  /** Seconds. */
  readonly timeout?: number;
  readonly dryRun?: true;
  readonly lease?: string;
  readonly cancelOnInterrupt?: true;
}

const maxSeconds = 86_400;

/** The options of everything that sends a command to a device. */
export function sendOptions(command: Command): Command {
  return command
    .option('--wait <seconds>', 'wait so long for its end; to its end if not given', seconds(maxSeconds, true))
    .option('--async', 'do not wait: print the command as it was accepted')
    .option('--timeout <seconds>', 'give the command no more time than this, its waiting included', seconds(maxSeconds))
    .option('--dry-run', 'say what would be sent and what stands in the way, and send nothing')
    .option('--idempotency-key <key>', 'the same key is never executed twice; one is made if not given', keyText)
    .option('--lease <token>', 'the token of the lease that you hold (BELLCRANK_LEASE)', leaseToken)
    .option('--cancel-on-interrupt', 'cancel the command on Ctrl+C; else it goes on without you')
    .helpOption(false)
    .option('-h, --help', 'show help; after a device and a name, what that takes');
}

function keyText(text: string): string {
  if (/^[ -~]{1,255}$/.test(text)) return text;
  throw new InvalidArgumentError('It must be 1 to 255 printable ASCII characters.');
}

export function leaseToken(text: string): string {
  if (/^[A-Za-z0-9._~-]{1,200}$/.test(text)) return text;
  throw new InvalidArgumentError('It must be a token as a lease was answered with.');
}
