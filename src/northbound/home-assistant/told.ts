import { fieldOf, isFields } from '../../driver/index.ts';
import type { Components } from './description.ts';

/** What was told of one component: which platform it is of, and where its state is kept. */
interface Component {
  readonly p: string;
  readonly state?: string;
}

/** Most components of a description that is remembered; no model of ours has more. */
const maxComponents = 2000;

/** What was told of each device: what it has no more must be taken back. */
export class Told {
  readonly #base: string;
  readonly #devices = new Map<string, ReadonlyMap<string, Component>>();

  /** `base`: of our own topics. Descriptions that a broker kept can be anybody's, and clear no others. */
  constructor(base: string) {
    this.#base = base;
  }

  /** What an earlier process told, unless more is known by now. */
  recall(id: string, payload: string): void {
    if (!this.#devices.has(id)) this.#devices.set(id, this.#read(id, payload));
  }

  /** Puts what is told now in the place of what was, and returns the difference. */
  replace(id: string, components: Components): { gone: Record<string, { p: string }>; stale: readonly string[] } {
    const before = this.#devices.get(id) ?? new Map<string, Component>();
    const now = new Map(Object.entries(components).map(([key, entity]) => [key, this.#componentOf(id, entity)]));
    this.#devices.set(id, now);
    const lost = [...before].filter(([key]) => !now.has(key));
    const gone = Object.fromEntries(lost.map(([key, { p }]) => [key, { p }]));
    const kept = new Set([...now.values()].map(({ state }) => state));
    return { gone, stale: lost.flatMap(([, { state }]) => (state === undefined || kept.has(state) ? [] : [state])) };
  }

  /** The topics of its states. */
  forget(id: string): readonly string[] {
    const before = this.#devices.get(id);
    this.#devices.delete(id);
    return [...new Set([...(before?.values() ?? [])].flatMap(({ state }) => state ?? []))];
  }

  #read(id: string, payload: string): ReadonlyMap<string, Component> {
    let description: unknown;
    try {
      description = JSON.parse(payload);
    } catch {
      return new Map();
    }
    const components = isFields(description) ? fieldOf(description, 'cmps') : undefined;
    if (!isFields(components)) return new Map();
    return new Map(
      Object.entries(components)
        .slice(0, maxComponents)
        // What is no text may not even become one.
        .flatMap(([key, entity]) =>
          isFields(entity) && typeof entity['p'] === 'string' ? [[key, this.#componentOf(id, entity)] as const] : [],
        ),
    );
  }

  #componentOf(id: string, entity: Readonly<Record<string, unknown>>): Component {
    const { p, state_topic: state } = entity;
    const isOurs = typeof state === 'string' && state.startsWith(`${this.#base}/${id}/`) && !/[+#\0]/.test(state);
    return { p: typeof p === 'string' ? p : '', ...(isOurs && { state }) };
  }
}
