import { suggestion } from '../../../src/yaml/suggest.ts';
import type { Path, Refusal, Relation, SimulatorClause } from './definition.ts';
import type { RawSimulator } from './schema/simulator.ts';
import { type BaseScope, entriesOf, error } from './scope.ts';
import { incoming } from './templates.ts';

/** What the clause may speak of. */
interface Known {
  readonly properties: ReadonlySet<string>;
  /** Parameters by command, and of `write:` and a property. */
  readonly actions: ReadonlyMap<string, readonly string[]>;
}

type Setting = { readonly param: string } | { readonly value: unknown };

export function simulatorOf(scope: BaseScope, raw: RawClause | undefined, known: Known): SimulatorClause {
  const { initial = {}, relations, sets = {}, refuse = [], replyMs = 0, pushes = [], tells } = raw ?? {};
  // Stop is called as a command is, and has no parameters: it may stand among them.
  const { stop: ofStop, ...others } = sets;
  const ofCommands = known.actions.has('stop') ? sets : others;
  const stop = entriesOf(raw?.stop).map(([name, target]) => [['simulator', 'stop', name], name, target] as const);
  const among = entriesOf(ofStop).map(([name, target]) => [['simulator', 'sets', 'stop', name], name, target] as const);
  const check = new Checker(scope, { ...known, states: new Set([...known.properties, ...Object.keys(initial)]) });
  return {
    initial,
    relations: entriesOf(relations).flatMap(([name, relation]) => check.relation(name, relation)),
    refuse: refuse.flatMap((refusal, index) => check.refusal(refusal, ['simulator', 'refuse', index])),
    sets: Object.fromEntries(entriesOf(ofCommands).flatMap(([name, targets]) => check.setsOf(name, targets))),
    replyMs,
    pushes: pushes.filter(({ property }, index) =>
      check.property(property, ['simulator', 'pushes', index, 'property']),
    ),
    tells: Object.fromEntries(entriesOf(tells).map(([name, properties]) => check.tells(name, properties))),
    stop: Object.fromEntries(
      [...stop, ...among].map(([path, name, target]) => [name, check.stopped(path, name, target)]),
    ),
  };
}

/** `tells` is of devices on a broker. */
type RawClause = RawSimulator & { readonly tells?: Readonly<Record<string, readonly string[]>> };
type RawRelation = NonNullable<RawSimulator['relations']>[string];
type RawRefusal = NonNullable<RawSimulator['refuse']>[number];
type RawTarget = NonNullable<RawSimulator['stop']>[string];

class Checker {
  readonly #scope: BaseScope;
  readonly #known: Known & { readonly states: ReadonlySet<string> };

  constructor(scope: BaseScope, known: Known & { readonly states: ReadonlySet<string> }) {
    this.#scope = scope;
    this.#known = known;
  }

  relation(property: string, raw: RawRelation): Relation[] {
    const path = ['simulator', 'relations', property];
    const isKnown = [
      this.#among(this.#known.states, property, path, 'property or state', true),
      raw.follows === undefined || this.#state(raw.follows, [...path, 'follows']),
      raw.when === undefined || this.#state(raw.when, [...path, 'when']),
    ];
    if (isKnown.includes(false)) return [];
    return [{ gain: 1, offset: 0, timeConstantMs: 0, otherwise: 0, noise: 0, ...raw, property }];
  }

  refusal(raw: RawRefusal, path: Path): Refusal[] {
    const params = this.#known.actions.get(raw.on);
    if (params === undefined) return this.#unknown([...path, 'on'], raw.on, 'command', this.#known.actions.keys());
    const { param = params.length === 1 ? params[0] : undefined, reply, code, ...rest } = raw;
    const needsParam = raw.above !== undefined || raw.below !== undefined || raw.equals !== undefined;
    if (needsParam && param === undefined) this.#scope.report(error(path, 'needs `param`: which parameter is meant'));
    if (param !== undefined && !params.includes(param)) this.#unknown([...path, 'param'], param, 'parameter', params);
    return [
      {
        ...rest,
        ...(param !== undefined && { param }),
        ...(reply !== undefined && { reply: incoming(this.#scope, reply, [...path, 'reply'], () => undefined) }),
        ...(code !== undefined && { code: String(code) }),
      },
    ];
  }

  setsOf(name: string, targets: Readonly<Record<string, RawTarget>>): [string, Record<string, Setting>][] {
    const path = ['simulator', 'sets', name];
    const params = this.#known.actions.get(name);
    if (params === undefined) return this.#unknown(path, name, 'command', this.#known.actions.keys(), true);
    const settings = entriesOf(targets).map(([property, target]) => {
      this.#among(this.#known.states, property, [...path, property], 'property or state', true);
      if (typeof target === 'object') return [property, target] as const;
      if (typeof target !== 'string') return [property, { value: target }] as const;
      if (!params.includes(target)) this.#unknown([...path, property], target, 'parameter', params);
      return [property, { param: target }] as const;
    });
    return [[name, Object.fromEntries(settings)]];
  }

  tells(name: string, properties: readonly string[]): readonly [string, readonly string[]] {
    const path = ['simulator', 'tells', name];
    const read = /^read:(.+)$/.exec(name)?.[1];
    const isKnown = read === undefined ? this.#known.actions.has(name) : this.#known.properties.has(read);
    if (!isKnown) this.#unknown(path, name, 'command', this.#known.actions.keys(), true);
    return [name, properties.filter((property, index) => this.property(property, [...path, index]))];
  }

  stopped(path: Path, name: string, target: RawTarget): unknown {
    this.#among(this.#known.states, name, path, 'property or state', true);
    return typeof target === 'object' ? target.value : target;
  }

  property(name: string, path: Path): boolean {
    return this.#among(this.#known.properties, name, path, 'property');
  }

  #state(name: string, path: Path): boolean {
    return this.#among(this.#known.states, name, path, 'property or state');
  }

  #among(names: ReadonlySet<string>, name: string, path: Path, what: string, key?: true): boolean {
    if (names.has(name)) return true;
    this.#unknown(path, name, what, names, key);
    return false;
  }

  #unknown(path: Path, name: string, what: string, known: Iterable<string>, key?: true): [] {
    // An instance may have fewer channels than the clause speaks of.
    if (!this.#scope.isStrict) return [];
    this.#scope.report(error(path, `names no ${what}${suggestion(name, [...known])}`, key ? { key } : {}));
    return [];
  }
}
