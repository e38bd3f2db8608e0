import type { Finding } from '../yaml/place.ts';
import { inspect } from '../yaml/inspect.ts';
import { isRecord } from '../yaml/schema-walk.ts';
import { suggestion } from '../yaml/suggest.ts';
import { type Catalogue, driverNamed, simulatorOf } from './catalogue.ts';
import { checkFaults } from './faults.ts';
import { fits } from './stated.ts';
import { simulatedDeviceKeys, simulateSchema, viaNames } from './schema.ts';

/** What a simulator is checked against. */
interface Known {
  readonly catalogue: Catalogue;
  /** False: a definition of the user's could not be loaded, and an unknown simulator may be its. */
  readonly complete: boolean;
}

/** One simulator of a connection, and where in `simulate` it stands. */
interface Simulated {
  readonly device: Readonly<Record<string, unknown>>;
  readonly at: readonly string[];
}

/** The simulators that `simulate` asks for: the one that it is, or those that it lists. */
export function simulatedDevices(simulate: unknown): readonly Simulated[] {
  if (!isRecord(simulate)) return [];
  const { devices } = simulate;
  if (!Object.hasOwn(simulate, 'devices')) {
    const { via: _, ...device } = simulate;
    return [{ device, at: [] }];
  }
  const listed: readonly unknown[] = Array.isArray(devices) ? devices : [];
  return listed.flatMap((device, index) => (isRecord(device) ? [{ device, at: ['devices', String(index)] }] : []));
}

/** Whether `simulate` lists several simulators on a broker, which any driver may listen to. */
export function isShared(simulate: Readonly<Record<string, unknown>>): boolean {
  return Object.hasOwn(simulate, 'devices');
}

export function checkSimulate(path: string[], connection: Record<string, unknown>, known: Known): Finding[] {
  const at = [...path, 'simulate'];
  const simulate = connection['simulate'];
  const findings = inspect(simulateSchema, simulate, at);
  if ('simulated' in connection) {
    const detail = 'is for a simulator of someone else’s; with simulate everything is flagged anyway, so remove it';
    findings.push({ path: [...path, 'simulated'], detail, key: true });
  }
  if (!isRecord(simulate)) return findings;
  return [
    ...findings,
    ...checkForm(at, simulate),
    ...simulatedDevices(simulate).flatMap((each) => checkDevice(at, each, simulate, known)),
  ];
}

function checkForm(at: string[], simulate: Record<string, unknown>): Finding[] {
  if (!isShared(simulate)) {
    return Object.hasOwn(simulate, 'model') ? [] : [{ path: [...at, 'model'], detail: 'is required' }];
  }
  const useless = simulatedDeviceKeys.filter((key) => Object.hasOwn(simulate, key));
  const findings: Finding[] = useless.map((key) => {
    return { path: [...at, key], detail: 'belongs to each of `devices`; move it there', key: true };
  });
  if (simulate['via'] !== 'mqtt' && viaNames.some((via) => via === simulate['via'])) {
    findings.push({ path: [...at, 'via'], detail: 'must be mqtt: several devices share a broker' });
  }
  return findings;
}

function checkDevice(
  path: string[],
  { device, at: within }: Simulated,
  { via }: Record<string, unknown>,
  { catalogue, complete }: Known,
): Finding[] {
  const at = [...path, ...within];
  const { model } = device;
  if (typeof model !== 'string') return [];
  const kind = simulatorOf(catalogue.simulators, model);
  if (kind === undefined) {
    const models = catalogue.simulators.map((each) => each.model);
    return complete ? [{ path: [...at, 'model'], detail: `names no simulator${suggestion(model, models)}` }] : [];
  }
  const options = Object.hasOwn(device, 'options') ? device['options'] : {};
  const findings = isRecord(options) ? inspect(kind.options, options, [...at, 'options']) : [];
  return [
    ...findings,
    ...checkVia([...path, 'via'], model, via, catalogue),
    ...checkFaults([...at, 'faults'], device['faults'], { model, via }, catalogue),
  ];
}

function checkVia(path: string[], model: string, via: unknown, { drivers }: Catalogue): Finding[] {
  const driver = driverNamed(drivers, model);
  if (driver === undefined || fits(driver, { kind: 'simulate', simulate: { via } })) return [];
  const possible = viaNames.filter((each) => fits(driver, { kind: 'simulate', simulate: { via: each } }));
  return [{ path, detail: `does not fit ${driver.model.name}, which goes via ${possible.join(', ')}` }];
}
