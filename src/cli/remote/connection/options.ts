import { type Command, InvalidArgumentError } from 'commander';
import { serviceUrl } from './url.ts';

/** What the command line says of where the service is, and who asks. */
export interface ConnectionFlags {
  readonly url?: string;
  readonly profile?: string;
  readonly apiKey?: string;
  readonly apiKeyFile?: string;
}

/** Adds the options that every sub-command has that asks a service. */
export function connectionOptions(command: Command): Command {
  return command
    .option('--url <url>', 'where the service is (BELLCRANK_URL, or else http://127.0.0.1:7080)', urlOption)
    .option('--profile <name>', 'a service of the profile file (BELLCRANK_PROFILE)')
    .option('--api-key-file <file>', 'send the key that stands in this file')
    .option('--api-key <key>', 'send this key; other users can see it in the list of processes (BELLCRANK_API_KEY)');
}

function urlOption(text: string): string {
  const url = serviceUrl(text);
  if ('problem' in url) throw new InvalidArgumentError(`It ${url.problem}.`);
  return url.href;
}
