import type { ComponentType } from './options.ts';

/** One component of a device, as its topics, its discovery message and the configuration tell it. Plain data. */
export interface Component {
  readonly type: ComponentType;
  readonly id: string;
  readonly unit?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly step?: number;
  readonly options?: readonly string[];
  /** What it told longer ago holds no more (`expire_after`). */
  readonly expireAfterMs?: number;
  /** Names of its further topics (`position`), or of the fields of a light's state (`brightness`); sorted. */
  readonly has: readonly string[];
}

export function componentKey({ type, id }: Pick<Component, 'type' | 'id'>): string {
  return `${type}/${id}`;
}

/** What is told later adds to what was known; what was declared in the configuration holds. */
export function merged(known: Component | undefined, told: Component, declared: boolean): Component {
  if (known === undefined) return told;
  const has = [...new Set([...known.has, ...told.has])].sort();
  return declared ? { ...known, ...told, has } : { ...told, ...known, has };
}
