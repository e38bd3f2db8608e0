import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type AnyDriver, contractVersion, type Model } from '../src/driver/index.ts';

const ending = extname(import.meta.url);

/**
 * A module beside the one at `from` that is read when it is first needed: most of what comes with us is never used in one
 * process. Not by a promise, since what a driver says of itself is asked for where nobody can wait.
 */
export function late(from: string, path: string): () => unknown {
  return once((): unknown => createRequire(from)(fileURLToPath(new URL(path + ending, from))));
}

/**
 * A driver that is made when somebody first asks for more than its name, and whether it discovers anything, which all are
 * asked on each connection to a broker.
 */
export function lateDriver(name: string, load: () => AnyDriver, { discovers = false } = {}): AnyDriver {
  const driver = once(load);
  const discover: AnyDriver['discover'] = async (...parts) => await driver().discover?.(...parts);
  return {
    contract: contractVersion,
    model: lateModel(name, () => driver().model),
    get transports() {
      return driver().transports;
    },
    get options() {
      return driver().options;
    },
    get maxInFlight() {
      return driver().maxInFlight ?? 1;
    },
    get timing() {
      return driver().timing ?? {};
    },
    get serial() {
      return driver().serial ?? {};
    },
    // What a driver has not is undefined, as it would be in the driver itself.
    get selfDescribing() {
      return driver().selfDescribing as true;
    },
    get discoveryOptions() {
      return (discovers ? driver().discoveryOptions : undefined) as NonNullable<AnyDriver['discoveryOptions']>;
    },
    get address() {
      return bound(driver(), 'address') as NonNullable<AnyDriver['address']>;
    },
    get explain() {
      return bound(driver(), 'explain') as NonNullable<AnyDriver['explain']>;
    },
    get discover() {
      return (discovers ? discover : undefined) as NonNullable<AnyDriver['discover']>;
    },
    attach: (...parts) => driver().attach(...parts),
  };
}

function lateModel(name: string, load: () => Model): Model {
  return {
    name,
    get summary() {
      return load().summary;
    },
    get commands() {
      return load().commands;
    },
    get properties() {
      return load().properties;
    },
    get events() {
      return load().events;
    },
    get stop() {
      return load().stop as NonNullable<Model['stop']>;
    },
  };
}

function bound(driver: AnyDriver, name: 'address' | 'explain'): unknown {
  return driver[name]?.bind(driver);
}

export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
