import { parseScope } from '../access/scope.ts';
import { messageOf } from '../errors.ts';
import type { Catalogue } from './catalogue.ts';
import { statedBy } from './stated.ts';
import type { Finding } from '../yaml/place.ts';
import { isRecord } from '../yaml/schema-walk.ts';
import { suggestion } from '../yaml/suggest.ts';

/** What the schema cannot say: the connection is one to a broker, and something is published there. */
export function checkNorthbound(
  list: unknown,
  connections: Readonly<Record<string, unknown>>,
  catalogue: Catalogue,
): Finding[] {
  if (!Array.isArray(list)) return [];
  const seen = new Set<string>();
  return list.flatMap((entry: unknown, index) => {
    if (!isRecord(entry)) return [];
    const path = ['northbound', String(index)];
    return [
      ...checkConnection([...path, 'connection'], entry['connection'], connections, catalogue),
      ...checkConventions(path, entry),
      ...checkScopes(path, entry),
      ...checkInstance([...path, 'instance'], entry, seen),
    ];
  });
}

function checkConnection(
  path: readonly string[],
  name: unknown,
  connections: Readonly<Record<string, unknown>>,
  catalogue: Catalogue,
): Finding[] {
  if (typeof name !== 'string') return [];
  if (!Object.hasOwn(connections, name)) {
    return [{ path, detail: `names no connection${suggestion(name, Object.keys(connections))}` }];
  }
  const stated = statedBy(connections[name], catalogue);
  if (stated === undefined) return [];
  const broker = stated.kind === 'transport' ? stated.transport === 'mqtt' : stated.simulate['via'] === 'mqtt';
  return broker
    ? []
    : [{ path, detail: `${name} is no connection to a broker: it needs mqtt, or a simulator via mqtt` }];
}

function checkConventions(path: readonly string[], entry: Readonly<Record<string, unknown>>): Finding[] {
  if (Object.hasOwn(entry, 'home-assistant') || Object.hasOwn(entry, 'homie')) return [];
  return [{ path, detail: 'publishes nothing: say home-assistant: {}, homie: {}, or both' }];
}

function checkScopes(path: readonly string[], { scopes, commands }: Readonly<Record<string, unknown>>): Finding[] {
  if (!Array.isArray(scopes)) return [];
  const at = [...path, 'scopes'];
  if (commands === false)
    return [{ path: at, detail: 'has no effect, since commands is false; leave one of them out' }];
  return scopes.flatMap((scope: unknown, index): Finding[] => {
    const detail = typeof scope === 'string' && scope !== '' ? problemOf(scope) : undefined;
    return detail === undefined ? [] : [{ path: [...at, String(index)], detail }];
  });
}

function problemOf(text: string): string | undefined {
  try {
    const { action } = parseScope(text);
    if (action === 'command' || action === 'stop') return undefined;
    return `lets nobody do anything: only command and stop are asked for over a broker, not ${action}`;
  } catch (error) {
    return messageOf(error);
  }
}

/** Two of one name on one broker would throw each other out. */
function checkInstance(
  path: readonly string[],
  entry: Readonly<Record<string, unknown>>,
  seen: Set<string>,
): Finding[] {
  const key = JSON.stringify([entry['connection'], entry['instance'] ?? 'main']);
  if (!seen.has(key)) {
    seen.add(key);
    return [];
  }
  return [{ path, detail: 'is that of another entry for the same connection; give each its own' }];
}
