import { useEffect, useRef } from 'react';

/** What this tab knows of a lease that it holds: a secret, and which grant it belongs to. */
interface Kept {
  readonly token: string;
  readonly grantedAt: string;
}

/** It stays in this tab: it is gone when the tab is, and no other page reads it. */
const nameOf = (device: string): string => `bellcrank.lease.${device}`;

function kept(device: string): Kept | undefined {
  try {
    const text = sessionStorage.getItem(nameOf(device));
    return text === null ? undefined : (JSON.parse(text) as Kept);
  } catch {
    // Storage may be forbidden; then the lease is taken and cannot be used, which the service says.
    return undefined;
  }
}

export function keep(device: string, lease: Kept | undefined): void {
  try {
    if (lease === undefined) sessionStorage.removeItem(nameOf(device));
    else sessionStorage.setItem(nameOf(device), JSON.stringify({ token: lease.token, grantedAt: lease.grantedAt }));
  } catch {
    // As above.
  }
}

/** Whether it is the very grant that this tab was answered with: a lease that was stolen or taken anew is another. */
export function isOurs(device: string, lease: { readonly grantedAt: string } | null): boolean {
  return lease !== null && kept(device)?.grantedAt === lease.grantedAt;
}

/** A token whose lease is over works for nothing any more, and everything that it goes along with is turned away. */
export function useForgetWhatIsOver(device: string, lease: { readonly grantedAt: string } | null): void {
  // What was kept before the page was loaded has a lease that is told by then, or none.
  const wasOurs = useRef(true);
  useEffect(() => {
    const ours = isOurs(device, lease);
    // One that was taken just now may not have been told yet: only what was told to be over is.
    if (wasOurs.current && !ours) keep(device, undefined);
    wasOurs.current = ours;
  }, [device, lease]);
}

/** What goes along with everything that a lease forbids to others. */
export function leaseHeaders(device: string): Readonly<Record<string, string>> {
  const token = kept(device)?.token;
  return token === undefined ? {} : { 'lease-token': token };
}
