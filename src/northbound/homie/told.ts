import { fieldOf, isFields } from '../../driver/index.ts';

/** Most properties of a description that is remembered; no model of ours has more. */
const maxProperties = 2000;

/** Which properties of each device have values on the broker: of those that it has no more they must be taken back. */
export class Told {
  readonly #node: string;
  readonly #devices = new Map<string, readonly string[]>();

  /** `node`: of the properties. */
  constructor(node: string) {
    this.#node = node;
  }

  /** What an earlier process told, unless more is known by now. */
  recall(id: string, payload: string): void {
    if (!this.#devices.has(id)) this.#devices.set(id, this.#read(payload));
  }

  /** Puts what is told now in the place of what was, and returns what is no more. */
  replace(id: string, properties: readonly string[]): readonly string[] {
    const before = this.#devices.get(id) ?? [];
    this.#devices.set(id, properties);
    return before.filter((property) => !properties.includes(property));
  }

  forget(id: string): readonly string[] {
    const before = this.#devices.get(id) ?? [];
    this.#devices.delete(id);
    return before;
  }

  #read(payload: string): readonly string[] {
    let description: unknown;
    try {
      description = JSON.parse(payload);
    } catch {
      return [];
    }
    const steps = ['nodes', this.#node, 'properties'];
    const properties = steps.reduce<unknown>((at, key) => (isFields(at) ? fieldOf(at, key) : undefined), description);
    if (!isFields(properties)) return [];
    return Object.keys(properties)
      .filter((id) => /^[a-z\d-]{1,100}$/.test(id))
      .slice(0, maxProperties);
  }
}
