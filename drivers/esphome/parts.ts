import { nameOf } from '../../src/driver/index.ts';
import { climateParts } from './climate.ts';
import type { Component } from './component.ts';
import { lightParts } from './light.ts';
import { coverParts, fanParts } from './moving.ts';
import type { ComponentType } from './options.ts';
import type { Act, Part, Parts } from './part.ts';
import { simpleParts } from './simple.ts';

const builders: Readonly<Record<ComponentType, (component: Component, name: string) => Parts>> = {
  ...simpleParts,
  light: lightParts,
  cover: coverParts,
  valve: coverParts,
  fan: fanParts,
  climate: climateParts,
};

/** The object's id; where several components share it, the component as well. */
function nameIn(components: readonly Component[], { type, id }: Component): string {
  const own = nameOf(id).slice(0, 40);
  const shared = components.filter((other) => nameOf(other.id).slice(0, 40) === own).length > 1;
  return shared ? nameOf(`${own} ${type}`) : own;
}

/** What the components make of a device; of names that come twice the first is kept. */
export function partsOf(components: readonly Component[]): Parts {
  const properties = new Map<string, Part>();
  const commands = new Map<string, Act>();
  for (const component of components) {
    const parts = builders[component.type](component, nameIn(components, component));
    const { expireAfterMs } = component;
    for (const part of parts.properties) {
      if (properties.has(part.name)) continue;
      properties.set(part.name, expireAfterMs === undefined ? part : { ...part, expireAfterMs });
    }
    for (const act of parts.commands) if (!commands.has(act.name)) commands.set(act.name, act);
  }
  return { properties: [...properties.values()], commands: [...commands.values()] };
}
