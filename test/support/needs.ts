import { accessSync, constants, existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** How to get what a suite needs and a machine may lack. */
const sources = {
  chromium: 'apt-get install chromium-headless-shell',
  mosquitto: 'apt-get install mosquitto',
  mosquitto_sub: 'apt-get install mosquitto-clients',
  openssl: 'apt-get install openssl',
  python3: 'apt-get install python3',
  picocom: 'apt-get install picocom',
  pyserial: 'apt-get install python3-serial',
  jq: 'apt-get install jq',
  jinja2: 'apt-get install python3-jinja2',
  'systemd-analyze': 'apt-get install systemd',
  tmpfs: 'root, who may mount one',
  peers: 'npm ci --prefix test/peers',
} as const;

/** Where the independent programs are that are kept out of the main install. */
export const peersFolder = fileURLToPath(new URL('../peers/', import.meta.url));

/** Debian puts daemons where only root's PATH looks. */
const alsoIn = ['/usr/sbin', '/usr/local/sbin'];

/**
 * Whether a program is installed, for `describe.skipIf(!needs('mosquitto', 'what is skipped'))`. Says what is skipped
 * and how to get it; where everything is required (`BELLCRANK_REQUIRE_ALL=1`) it fails instead.
 */
export function needs(
  program: keyof typeof sources,
  suite: string,
  { find = located, required = process.env['BELLCRANK_REQUIRE_ALL'] === '1' } = {},
): boolean {
  if (find(program) !== undefined) return true;
  const text = `"${suite}" needs ${program}: ${sources[program]}`;
  if (required) throw new Error(text);
  process.stderr.write(`skipped: ${text}\n`);
  return false;
}

/** The same engine without a desktop's windows around it takes a third less processor time, where it is installed. */
export function browserPath(find = pathOf): string | undefined {
  return find('chromium-headless-shell') ?? find('chromium');
}

function located(program: string): string | undefined {
  if (program === 'chromium') return browserPath();
  if (program !== 'peers') return pathOf(program);
  const modules = join(peersFolder, 'node_modules');
  return existsSync(modules) ? modules : undefined;
}

export function pathOf(program: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(':'), ...alsoIn];
  return folders.map((folder) => join(folder, program)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
