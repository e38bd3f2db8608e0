import { isDeepStrictEqual } from 'node:util';
import type { Confirmation, Effect, Model } from '../../driver/spec.ts';
import { sampleOf } from './sample-of.ts';
import type { Samples } from './samples.ts';

/** Something that a driver is asked to do. */
export interface Action {
  /** For messages: `command set-voltage`. */
  readonly text: string;
  readonly kind: 'command' | 'write' | 'read';
  readonly name: string;
  /** Parameters of a command, the value of a write. */
  readonly params: unknown;
  readonly effect: Effect;
  /** What must be reached; `acknowledged` for a read, whose answer is all that it is for. */
  readonly confirmation: Confirmation;
  readonly timeoutMs: number;
  readonly urgent: boolean;
  /** As the service calls it; undefined for a read. */
  readonly command: string | undefined;
}

/** Samples of everything that a model can do. */
export function actionsOf(model: Model, samples: Samples, canRead: (property: string) => boolean): readonly Action[] {
  return [...commandsOf(model, samples), ...writesOf(model, samples), ...readsOf(model, samples, canRead)];
}

function commandsOf({ commands }: Model, samples: Samples): readonly Action[] {
  return Object.entries(commands).flatMap(([name, spec]) => {
    const given = own(samples.commands, name) ?? spec.examples?.map(({ params }) => params);
    const all = given ?? [sampleOf(spec.params, `the parameters of ${name}`)];
    const refused = (samples.refused ?? []).filter(({ command }) => command === name);
    const { effect, confirmation, timeoutMs, urgent = false } = spec;
    return all
      .filter((params) => !refused.some((one) => isDeepStrictEqual(one.params, params)))
      .map((params): Action => {
        const text = `command ${name}`;
        return { text, kind: 'command', command: name, name, params, effect, confirmation, timeoutMs, urgent };
      });
  });
}

function writesOf({ properties }: Model, samples: Samples): readonly Action[] {
  return Object.entries(properties).flatMap(([name, spec]) => {
    if (spec.access === 'read') return [];
    const values = own(samples.writes, name) ?? [sampleOf(spec.write.schema ?? spec.schema, `a value of ${name}`)];
    const { effect, confirmation, timeoutMs, urgent = false } = spec.write;
    return values.map((params): Action => {
      const text = `write of ${name}`;
      const command = `write:${name}`;
      return { text, kind: 'write', command, name, params, effect, confirmation, timeoutMs, urgent };
    });
  });
}

function readsOf({ properties }: Model, samples: Samples, canRead: (name: string) => boolean): readonly Action[] {
  const common = {
    kind: 'read',
    command: undefined,
    params: undefined,
    effect: 'read',
    confirmation: 'acknowledged',
  } as const;
  return Object.keys(properties)
    .filter((name) => canRead(name) && samples.unread?.includes(name) !== true)
    .map((name) => ({ ...common, text: `read of ${name}`, name, timeoutMs: 3000, urgent: false }));
}

/** Commands may be called `constructor`. */
function own<T>(map: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return map !== undefined && Object.hasOwn(map, key) ? map[key] : undefined;
}

/** The one that is like it. */
export function find(actions: readonly Action[], { text, params }: Action): Action {
  const found = actions.find((one) => one.text === text && JSON.stringify(one.params) === JSON.stringify(params));
  if (found === undefined) throw new Error(`${text} is not there any more`);
  return found;
}
