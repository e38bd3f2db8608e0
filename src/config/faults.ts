import { inspect } from '../yaml/inspect.ts';
import { type Finding, pathOf } from '../yaml/place.ts';
import { isRecord } from '../yaml/schema-walk.ts';
import { suggestion } from '../yaml/suggest.ts';
import { type Catalogue, driverNamed, type FaultKind, type SimulatedWire } from './catalogue.ts';
import { viaNames } from './schema.ts';

/** What is wrong with the faults of one simulator, each by its own kind. */
export function checkFaults(
  at: readonly string[],
  faults: unknown,
  { model, via }: { readonly model: string; readonly via: unknown },
  catalogue: Catalogue,
): Finding[] {
  if (!Array.isArray(faults)) return [];
  const wire = wireOf(model, via, catalogue);
  return faults.flatMap((fault: unknown, index) => checkFault([...at, String(index)], fault, wire, catalogue));
}

/** Undefined where that is not said, or what says it could not be loaded. */
function wireOf(model: string, via: unknown, { drivers }: Catalogue): SimulatedWire | undefined {
  const known = viaNames.find((each) => each === via);
  if (known === 'pty' || known === 'tcp') return { via: known, shape: 'bytes' };
  if (known === 'mqtt') return { via: known, shape: 'messages' };
  const driver = driverNamed(drivers, model);
  if (known === undefined || driver === undefined) return undefined;
  return { via: known, shape: driver.transports.includes('mqtt') ? 'messages' : 'bytes' };
}

function checkFault(
  at: readonly string[],
  fault: unknown,
  wire: SimulatedWire | undefined,
  { faults = [] }: Catalogue,
): Finding[] {
  const name = isRecord(fault) ? fault['kind'] : undefined;
  if (typeof name !== 'string') return [];
  const kind = faults.find((each) => each.name === name);
  if (kind === undefined) {
    const known = faults.filter((each) => wire === undefined || each.whyNot(wire) === undefined);
    return [{ path: [...at, 'kind'], detail: `names no kind of fault${choice(name, known)}` }];
  }
  const reason = wire && kind.whyNot(wire);
  if (reason !== undefined) return [{ path: [...at, 'kind'], detail: reason }];
  const findings = inspect(kind.schema, fault, at);
  if (findings.length > 0 || wire === undefined) return findings;
  return kind.misfits(fault, wire).map(({ pointer, detail }) => ({ path: [...at, ...pathOf(pointer)], detail }));
}

/** What was meant, or all that there is. */
function choice(name: string, kinds: readonly FaultKind[]): string {
  const names = kinds.map((each) => each.name);
  const near = suggestion(name, names);
  return near.startsWith('; did') || names.length === 0 ? near : `; known: ${names.join(', ')}`;
}
