import type { SimulatedPart, StateEntry } from '../../state.ts';

/** What a fault's trigger may look at, by name: nothing else is there. */
export class WatchedState {
  readonly #simulator: { readonly parts?: readonly SimulatedPart[] };

  constructor(simulator: { readonly parts?: readonly SimulatedPart[] }) {
    this.#simulator = simulator;
  }

  has(name: string): boolean {
    return this.#entry(name) !== undefined;
  }

  value(name: string): unknown {
    return this.#entry(name)?.get();
  }

  /** All of them, each as it would be found: with its part where an earlier one has that name as well. */
  get names(): readonly string[] {
    return this.#parts.flatMap((part) => {
      return Object.keys(part.state).map((name) => {
        return this.#entry(name) === part.state[name] ? name : `${part.name}.${name}`;
      });
    });
  }

  get #parts(): readonly SimulatedPart[] {
    return this.#simulator.parts ?? [];
  }

  /** A bare name is that of the first part that has it; parts' names may have dots in them. */
  #entry(name: string): StateEntry | undefined {
    const bare = this.#parts.find(({ state }) => Object.hasOwn(state, name))?.state[name];
    if (bare !== undefined) return bare;
    for (const { name: part, state } of this.#parts) {
      if (!name.startsWith(`${part}.`)) continue;
      const key = name.slice(part.length + 1);
      if (Object.hasOwn(state, key)) return state[key];
    }
    return undefined;
  }
}
