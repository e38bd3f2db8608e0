import type { AnyDriver } from '../driver/contract.ts';
import { isRecord } from '../yaml/schema-walk.ts';
import type { Catalogue } from './catalogue.ts';
import type { Via } from './config.ts';

/** The transport whose far end each wire is; memory stands for either shape of connection. */
const wireOf: Record<Via, string> = { pty: 'serial', tcp: 'tcp', mqtt: 'mqtt', memory: 'memory' };

/** What a connection in the file says it is, if it says so clearly enough to check a device against it. */
export type Stated =
  | {
      readonly kind: 'transport';
      readonly transport: string;
      /** The transport that drivers take it for. */
      readonly presents: string;
      readonly settings: unknown;
    }
  | { readonly kind: 'simulate'; readonly simulate: Readonly<Record<string, unknown>> };

export function statedBy(connection: unknown, { transports }: Catalogue): Stated | undefined {
  const kinds = kindsOf(connection, transports);
  const [kind] = kinds;
  if (!isRecord(connection) || kind === undefined || kinds.length > 1) return undefined;
  const body = connection[kind];
  if (kind !== 'simulate') {
    const presents = transports.find(({ name }) => name === kind)?.presents ?? kind;
    return { kind: 'transport', transport: kind, presents, settings: body };
  }
  return isRecord(body) ? { kind: 'simulate', simulate: body } : undefined;
}

export function kindsOf(connection: unknown, transports: Catalogue['transports']): string[] {
  const all = [...transports.map(({ name }) => name), 'simulate'];
  return isRecord(connection) ? all.filter((name) => Object.hasOwn(connection, name)) : [];
}

/** Whether a driver can be handed this connection, going by its transport alone. */
export function fits(driver: AnyDriver, stated: Stated): boolean {
  const wire = stated.kind === 'transport' ? stated.presents : wireOf[stated.simulate['via'] as Via]; // checked by schema
  if (wire === undefined) return true;
  return driver.transports.some((name) => name === wire || (wire === 'memory' && name !== 'none'));
}
