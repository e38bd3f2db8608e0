/**
 * A name as one segment of a path. What URLs take for a way up would lead elsewhere: `/v1/devices/../stop` stops everything.
 * @throws TypeError
 */
export function segment(name: string, what: string): string {
  if (typeof name !== 'string' || /^\.{0,2}$/.test(name)) {
    throw new TypeError(`${JSON.stringify(name)} is no name of a ${what}`);
  }
  return encodeURIComponent(name.toWellFormed());
}

export function devicePath(id: string): string {
  return `/v1/devices/${segment(id, 'device')}`;
}

export function commandPath(id: string): string {
  return `/v1/commands/${segment(id, 'command')}`;
}
