import type { AdoptionRule } from './rule.ts';

/** What the configuration wants to be found on one connection. */
export interface DiscoverySettings {
  /** Drivers; absent: all that can discover there. */
  readonly dialects?: readonly string[];
  /** By driver: valid against its `discoveryOptions`, defaults applied. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The first that matches decides; none: a person does. */
  readonly autoAdopt: readonly AdoptionRule[];
}
