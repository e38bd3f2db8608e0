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

/** The devices and models that a document is about; a filter that names nothing is an error. */
export function chosen(registry: Registry, filter: DocumentFilter): Omit<DocumentInput, 'base' | 'simulated'> {
  if (filter.model !== undefined) checkModel(registry, filter.model);
  const among = filter.device === undefined ? registry.devices : [registry.get(filter.device)];
  const devices = among.filter(({ model }) => filter.model === undefined || model.name === filter.model);
  const names = new Set([filter.model, ...devices.map(({ model }) => model.name)]);
  const isWhole = filter.device === undefined && filter.model === undefined;
  const models = registry.drivers.map(({ model }) => model).filter(({ name }) => isWhole || names.has(name));
  return { devices, models, ...(devices.length > maxDevices ? { tooMany: note(devices, filter) } : {}) };
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

function checkModel({ drivers, devices }: Registry, wanted: string): void {
  const names = new Set([...drivers, ...devices].map(({ model }) => model.name));
  if (names.has(wanted)) return;
  const listed = [...names].slice(0, maxNamed).join(', ');
  throw new BellcrankError(
    'not-found',
    `there is no model ${JSON.stringify(wanted.slice(0, 64))}; there are ${listed}${names.size > maxNamed ? ', …' : ''}`,
  );
}
