import type { Environment } from '../../config/secrets.ts';
import { exitCodes } from '../context.ts';
import { givenKey } from './connection/key.ts';
import type { ConnectionFlags } from './connection/options.ts';
import { type Profile, profileOf } from './connection/profiles.ts';
import { serviceUrl } from './connection/url.ts';
import { CliFailure } from './failure.ts';

export { type ConnectionFlags, connectionOptions } from './connection/options.ts';

/** Where a service is, and the key that is sent there as `Authorization: Bearer …` and printed nowhere. */
export interface Connection {
  /** With a slash at the end. */
  readonly url: string;
  readonly apiKey: string | undefined;
  /** Who named the key, for when it is turned down. */
  readonly keyFrom: string | undefined;
}

const defaultUrl = 'http://127.0.0.1:7080/';

/**
 * What the command line says goes before the environment, and that before the profile file. `--profile` stands in place of
 * the environment. A profile's key is sent to that profile's URL and to no other.
 */
export async function connectionOf(flags: ConnectionFlags, env: Environment): Promise<Connection> {
  const own = flags.profile === undefined ? env : {};
  const urlGiven = flags.url ?? fromEnvironment(own);
  const named = flags.profile ?? nonEmpty(own['BELLCRANK_PROFILE']);
  const profile = named === undefined && urlGiven !== undefined ? undefined : await profileOf(named, env);
  const url = urlGiven ?? profile?.url ?? defaultUrl;
  return { url, ...(await keyOf(flags, own, url === profile?.url ? profile : undefined)) };
}

function fromEnvironment(env: Environment): string | undefined {
  const text = nonEmpty(env['BELLCRANK_URL']);
  const url = text === undefined ? undefined : serviceUrl(text);
  if (url === undefined) return undefined;
  if ('problem' in url) throw new CliFailure(exitCodes.usage, `BELLCRANK_URL ${url.problem}`);
  return url.href;
}

async function keyOf(
  { apiKey, apiKeyFile }: ConnectionFlags,
  env: Environment,
  profile: Profile | undefined,
): Promise<Pick<Connection, 'apiKey' | 'keyFrom'>> {
  if (apiKey !== undefined && apiKeyFile !== undefined) {
    throw new CliFailure(exitCodes.usage, '--api-key and --api-key-file both name a key; leave one out');
  }
  const fromFile = apiKeyFile === undefined ? undefined : { file: apiKeyFile };
  const sources = [
    ['--api-key', apiKey],
    ['--api-key-file', fromFile],
    ['BELLCRANK_API_KEY', nonEmpty(env['BELLCRANK_API_KEY'])],
    [`profile ${profile?.name ?? ''}`, profile?.apiKey],
  ] as const;
  for (const [where, given] of sources) {
    if (given !== undefined) return { apiKey: await givenKey(given, { env, folder: '.', where }), keyFrom: where };
  }
  return { apiKey: undefined, keyFrom: undefined };
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
