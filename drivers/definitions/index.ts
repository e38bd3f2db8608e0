import { readFileSync } from 'node:fs';

/** The definitions that come with Bellcrank, by the names of their models; an explicit list, as that of the drivers. */
export const definitionNames: readonly string[] = [];

/** A definition's file, with the name by which messages speak of it. Undefined for one that does not come with us. */
export function shippedDefinition(model: string): { readonly name: string; readonly text: string } | undefined {
  if (!definitionNames.includes(model)) return undefined;
  const url = new URL(`./${model}.yaml`, import.meta.url);
  return { name: `drivers/definitions/${model}.yaml`, text: readFileSync(url, 'utf8') };
}
