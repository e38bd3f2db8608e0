/** How the environment says it: a token for whatever device, or `device:token`; several with blanks between them. */
export const leaseVariable = 'BELLCRANK_LEASE';

/** The token that goes with what is sent to a device: the one on the command line, or else the environment's. */
export function leaseTokenFor(
  device: string,
  given: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (given !== undefined) return given;
  const entries = (env[leaseVariable] ?? '').split(/\s+/).filter((entry) => entry !== '');
  // The last one for a device was taken last.
  const own = entries.findLast((entry) => entry.startsWith(`${device}:`));
  if (own !== undefined) return own.slice(device.length + 1);
  return entries.find((entry) => !entry.includes(':'));
}

/** What the environment of a program says that holds one more lease. */
export function withToken(device: string, token: string, before: string | undefined): string {
  return [before ?? '', `${device}:${token}`].join(' ').trim();
}
