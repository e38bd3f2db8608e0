import type { Finding } from '../yaml/place.ts';
import { isRecord } from '../yaml/schema-walk.ts';

const detail =
  'is refused, since allowSimulated is false: name the real connection (serial, tcp or mqtt) instead, ' +
  'or allow simulated ones (allowSimulated: true, or BELLCRANK_ALLOW_SIMULATED=true)';

/** Where nothing may be simulated: each connection that is, be its simulator run here or somebody else's. */
export function checkAllowed(allowSimulated: unknown, connections: Readonly<Record<string, unknown>>): Finding[] {
  if (allowSimulated !== false) return [];
  return Object.entries(connections).flatMap(([name, connection]): Finding[] => {
    if (!isRecord(connection)) return [];
    // Whatever is not plainly false may be meant to be true.
    const keys = ['simulate', 'simulated'].filter((key) => Object.hasOwn(connection, key) && connection[key] !== false);
    return keys.map((key) => ({ path: ['connections', name, key], detail, key: true }));
  });
}
