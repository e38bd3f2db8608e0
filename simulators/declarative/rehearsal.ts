import { BellcrankError, messageOf } from '../../src/driver/index.ts';
import type { Exchange } from '../../drivers/declarative/definition/definition.ts';
import { misfit } from './framed.ts';
import type { Unit } from './unit.ts';

/** Prints every reply once. Throws `invalid-request` for one that cannot be printed or read, and names it. */
export function rehearse(unit: Unit): void {
  for (const hearing of unit.hearings) {
    rehearsed(unit, hearing.exchange, () => unit.printed({ hearing, values: {}, literalBytes: 0 }, []));
    for (const next of hearing.after) {
      rehearsed(unit, next, () => unit.replies.later(next, { ...hearing, values: {} }));
    }
  }
}

function rehearsed(unit: Unit, exchange: Exchange, print: () => readonly Uint8Array[]): void {
  const where = `${unit.definition.model.name}: ${exchange.path.join('.')} cannot be simulated`;
  let frames: readonly Uint8Array[];
  try {
    frames = print();
  } catch (error) {
    throw new BellcrankError('invalid-request', `${where}: ${messageOf(error)}`, { cause: error });
  }
  const wrong = frames.map((frame) => misfit(frame, unit.framingOf(exchange))).find((one) => one !== undefined);
  if (wrong !== undefined) throw new BellcrankError('invalid-request', `${where}: ${wrong}`);
}
