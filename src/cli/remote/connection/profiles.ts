import { open } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { readFailure, TooLarge, utf8 } from '../../../config/read-file.ts';
import type { Environment } from '../../../config/secrets.ts';
import { suggestion } from '../../../yaml/suggest.ts';
import { exitCodes } from '../../context.ts';
import { CliFailure } from '../failure.ts';
import { givenKey } from './key.ts';
import { serviceUrl } from './url.ts';

/** A service as the profile file names it. */
export interface Profile {
  readonly name: string;
  readonly url: string;
  readonly apiKey: string | undefined;
}

const maxBytes = 65_536;

/** XDG Base Directory Specification: a path there that is relative counts for nothing. */
export function profilePath({ XDG_CONFIG_HOME: xdg = '', HOME: home = homedir() }: Environment): string {
  return join(isAbsolute(xdg) ? xdg : join(home, '.config'), 'bellcrank', 'profiles.yaml');
}

/** A profile by its name, or the one that the file names for when nobody names any; undefined if there is none. */
export async function profileOf(name: string | undefined, env: Environment): Promise<Profile | undefined> {
  const path = profilePath(env);
  const file = await contentOf(path);
  if (file === undefined) {
    if (name === undefined) return undefined;
    throw usage(`there is no profile ${JSON.stringify(name)}: ${path} does not exist; docs/cli.md shows what it holds`);
  }
  // YAML and its checks are loaded only by those who have a profile file.
  const { readProfiles } = await import('./profile-file.ts');
  const { profiles, default: chosen } = readProfiles(file.text, path);
  const holdsKey = Object.values(profiles).some(({ apiKey }) => typeof apiKey === 'string');
  if (holdsKey && file.isOpenToOthers) {
    throw usage(`${path} holds a key, and other users may read or change the file; run: chmod 600 ${path}`);
  }
  const wanted = name ?? chosen;
  if (wanted === undefined) return undefined;
  const profile = Object.hasOwn(profiles, wanted) ? profiles[wanted] : undefined;
  if (profile === undefined) {
    throw usage(`${path} has no profile ${JSON.stringify(wanted)}${suggestion(wanted, Object.keys(profiles))}`);
  }
  const place = serviceUrl(profile.url);
  if ('problem' in place) throw usage(`${path}: the URL of ${wanted} ${place.problem}`);
  const { apiKey: given } = profile;
  const from = { env, folder: dirname(path), where: `${path}: profiles.${wanted}.apiKey` };
  return { name: wanted, url: place.href, apiKey: given === undefined ? undefined : await givenKey(given, from) };
}

interface Content {
  readonly text: string;
  /** Whether anybody but its owner may read or write it. */
  readonly isOpenToOthers: boolean;
}

/** Undefined if there is no such file. */
async function contentOf(path: string): Promise<Content | undefined> {
  try {
    await using file = await open(path);
    const { mode, size } = await file.stat();
    if (size > maxBytes) throw new TooLarge(maxBytes);
    const text = utf8(await file.readFile());
    if (text === undefined) throw usage(`${path} is not text in UTF-8`);
    return { text, isOpenToOthers: (mode & 0o077) !== 0 };
  } catch (error) {
    if (error instanceof CliFailure) throw error;
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw usage(`${path} ${readFailure(error)}`);
  }
}

function usage(message: string): CliFailure {
  return new CliFailure(exitCodes.usage, message);
}
