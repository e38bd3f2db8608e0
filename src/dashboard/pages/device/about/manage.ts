import { deviceAt } from '../data/paths.ts';
import { lab } from '../data/shared.ts';
import { leaseHeaders } from '../lease/token.ts';

interface Changes {
  readonly labels?: Readonly<Record<string, string>>;
  readonly enabled?: boolean;
}

/** Changes the device itself, which a lease forbids to others. */
export async function change(device: string, changes: Changes): Promise<void> {
  await lab.http.request('PATCH', deviceAt(device), { body: changes, headers: leaseHeaders(device) });
}

export async function reconnect(device: string, acceptIdentity: boolean): Promise<void> {
  const body = acceptIdentity ? { acceptIdentity } : {};
  await lab.http.request('POST', `${deviceAt(device)}/reconnect`, { body, headers: leaseHeaders(device) });
}
