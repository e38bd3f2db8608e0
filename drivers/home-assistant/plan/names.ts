import { createHash } from 'node:crypto';
import { nameOf } from '../../../src/driver/index.ts';
import type { Entity } from './entity.ts';

/** Room for what stands behind it. */
const longest = 40;

/**
 * A name for each: its word; where several have the same, with what each is behind it; where that does not do, with a
 * digest of what it is announced as. The order in which they come does not matter.
 */
export function entityNames(entities: readonly Entity[]): ReadonlyMap<Entity, string> {
  const names = new Map(entities.map((entity) => [entity, short(nameOf(entity.word))] as const));
  for (const entity of repeated(names)) names.set(entity, short(`${names.get(entity)}-${nameOf(entity.platform)}`));
  for (const entity of repeated(names))
    names.set(entity, `${(names.get(entity) ?? '').slice(0, longest - 7)}-${digestOf(entity.id)}`);
  return names;
}

function short(name: string): string {
  return name.slice(0, longest).replace(/-+$/, '');
}

function repeated(names: ReadonlyMap<Entity, string>): Entity[] {
  const counts = new Map<string, number>();
  for (const name of names.values()) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...names].filter(([, name]) => (counts.get(name) ?? 0) > 1).map(([entity]) => entity);
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 6);
}
