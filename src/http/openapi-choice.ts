import type { Caller } from '../access/caller.ts';
import type { DeviceRef } from '../access/scope.ts';
import { refOf } from './access/seen.ts';
import type { Device } from '../device/device.ts';
import type { Registry } from '../device/registry.ts';
import { BellcrankError } from '../errors.ts';
import type { DocumentInput } from './openapi-document.ts';

/** Above this many devices a document lists models instead: it is built in one go, and nothing else runs meanwhile. */
const maxDevices = 200;
/** Models that an error names. */
const maxNamed = 20;

export interface DocumentFilter {
  readonly device?: string;
  readonly model?: string;
}

/** Whether a document is about everything. */
export function isWhole({ device, model }: DocumentFilter): boolean {
  return device === undefined && model === undefined;
}

/** The devices and models that a document is about; a filter that names nothing is an error. */
export function chosen(
  registry: Registry,
  filter: DocumentFilter,
  caller: Caller,
): Omit<DocumentInput, 'base' | 'simulated' | 'caller'> {
  const theirs = registry.devices.filter((device) => concerns(caller, device));
  if (filter.model !== undefined) checkModel(registry.drivers, theirs, filter.model);
  const among = filter.device === undefined ? theirs : [one(registry, filter.device, caller)];
  const devices = among.filter(({ model }) => filter.model === undefined || model.name === filter.model);
  const names = new Set([filter.model, ...devices.map(({ model }) => model.name)]);
  const all = registry.drivers.map(({ model }) => model);
  const models = isWhole(filter) ? all : all.filter(({ name }) => names.has(name));
  return { devices, models, ...(devices.length > maxDevices ? { tooMany: note(devices, filter) } : {}) };
}

/** Whether there is anything about the device that a caller may call and that the document says. */
function concerns(caller: Caller, { id, labels }: DeviceRef): boolean {
  const device = { id, labels };
  return (['read', 'command', 'admin', 'simulate'] as const).some((action) => caller.may({ action, device }));
}

/** What is nobody's business is refused like what does not exist. */
function one(registry: Registry, id: string, caller: Caller): Device {
  const device = refOf(registry, id);
  const refusal = concerns(caller, device) ? undefined : caller.refusal({ action: 'read', device });
  if (refusal !== undefined) throw refusal;
  return registry.get(id);
}

function note({ length }: readonly Device[], { model }: DocumentFilter): string {
  const which = model === undefined ? '' : ` of model ${model}`;
  const narrower =
    model === undefined ? ` or for the devices of one model, ${maxDevices} at most, with \`?model=NAME\`` : '';
  return (
    `There are ${length} devices${which}, too many for one document: it lists models only. ` +
    `Ask for one device with \`?device=ID\`${narrower}.`
  );
}

function checkModel(drivers: Registry['drivers'], devices: readonly Device[], wanted: string): void {
  const names = new Set([...drivers, ...devices].map(({ model }) => model.name));
  if (names.has(wanted)) return;
  const listed = [...names].slice(0, maxNamed).join(', ');
  throw new BellcrankError(
    'not-found',
    `there is no model ${JSON.stringify(wanted.slice(0, 64))}; there are ${listed}${names.size > maxNamed ? ', …' : ''}`,
  );
}
