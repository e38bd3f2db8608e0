/** Where the service has what. Ids and names are checked by it; whatever stands in an address is encoded. */
export const deviceAt = (id: string): string => `/v1/devices/${encodeURIComponent(id)}`;
export const commandAt = (id: string): string => `/v1/commands/${encodeURIComponent(id)}`;

/** What can be sent to a device: a command, or a property to be written. */
export interface Target {
  readonly kind: 'command' | 'write';
  readonly name: string;
}

/** As the command is called in the record. */
export const recordedAs = ({ kind, name }: Target): string => (kind === 'write' ? `write:${name}` : name);

interface Request {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

/** `params` of a write are the value alone. */
export function requestOf(device: string, { kind, name }: Target, params: unknown): Request {
  const base = deviceAt(device);
  return kind === 'write'
    ? { method: 'PUT', path: `${base}/properties/${encodeURIComponent(name)}`, body: { value: params } }
    : { method: 'POST', path: `${base}/commands/${encodeURIComponent(name)}`, body: params };
}
