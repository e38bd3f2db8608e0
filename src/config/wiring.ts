import type { Finding } from '../yaml/place.ts';
import { isRecord } from '../yaml/schema-walk.ts';
import { suggestion } from '../yaml/suggest.ts';

/** What the schema cannot say: both ends are simulated here. Which states there are is known once the simulators run. */
export function checkWiring(simulation: unknown, connections: Readonly<Record<string, unknown>>): Finding[] {
  const wiring: unknown = isRecord(simulation) ? simulation['wiring'] : undefined;
  if (!Array.isArray(wiring)) return [];
  const targets = new Set<string>();
  return wiring.flatMap((wire: unknown, index) => {
    if (!isRecord(wire)) return [];
    const path = ['simulation', 'wiring', String(index)];
    return [
      ...checkEnd([...path, 'from'], wire['from'], connections),
      ...checkEnd([...path, 'to'], wire['to'], connections),
      ...checkTarget([...path, 'to'], wire['to'], targets),
    ];
  });
}

function checkEnd(path: readonly string[], end: unknown, connections: Readonly<Record<string, unknown>>): Finding[] {
  const name = isRecord(end) ? end['connection'] : undefined;
  if (typeof name !== 'string') return [];
  const at = [...path, 'connection'];
  const simulated = Object.keys(connections).filter((key) => isSimulatedHere(connections[key]));
  if (simulated.includes(name)) return [];
  if (Object.hasOwn(connections, name))
    return [{ path: at, detail: `${name} has no simulator of this file’s behind it` }];
  return [{ path: at, detail: `names no connection${suggestion(name, simulated)}` }];
}

function isSimulatedHere(connection: unknown): boolean {
  return isRecord(connection) && Object.hasOwn(connection, 'simulate');
}

/** Two wires to one state would pull it to and fro. */
function checkTarget(path: readonly string[], end: unknown, targets: Set<string>): Finding[] {
  if (!isRecord(end)) return [];
  const target = JSON.stringify([end['connection'], end['part'], end['state']]);
  if (targets.has(target)) return [{ path, detail: 'is where another wire leads already' }];
  targets.add(target);
  return [];
}
