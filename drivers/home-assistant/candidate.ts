import type { Candidate } from '../../src/driver/index.ts';
import type { Inventory } from './announced/inventory.ts';
import type { DeviceRecord } from './announced/record.ts';
import { neverADevices } from './plan/command-topics.ts';
import { planOf } from './plan/plan.ts';

/** A device as discovery shows it. */
export function candidateOf(record: DeviceRecord, inventory: Inventory, prefix: string | undefined): Candidate {
  const known = record.read(inventory.prefix);
  const { facts, identity, origin } = known;
  const { entities, leftOut } = planOf(known, inventory.templates, {
    replyTimeoutMs: 0,
    refusal: neverADevices(inventory.prefix),
  });
  const optionsOf = (device: string) => ({ device, ...(prefix !== undefined && { prefix }) });
  const words = [...Map.groupBy(entities, ({ platform }) => platform)].map(
    ([platform, of]) => `${of.length} ${platform}`,
  );
  const summary = [words.join(', '), origin === undefined ? undefined : `announced by ${origin}`, left(leftOut.length)];
  const reasons = leftOut.map(({ id, reason }) => `${id}: ${reason}`);
  return {
    identity,
    name: facts.name ?? identity,
    options: optionsOf(identity),
    otherwise: [...record.aliases].filter((alias) => alias !== identity).map(optionsOf),
    ...(facts.manufacturer !== undefined && { manufacturer: facts.manufacturer }),
    ...(facts.model !== undefined && { model: facts.model }),
    ...(facts.version !== undefined && { version: facts.version }),
    summary: summary.filter((part) => part !== undefined && part !== '').join('; '),
    ...(entities.length === 0 && {
      unsupported: reasons.slice(0, 5).join('; ').slice(0, 500) || 'it announces nothing',
    }),
  };
}

function left(count: number): string | undefined {
  return count === 0 ? undefined : `${count} left out`;
}
