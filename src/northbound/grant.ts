import type { Caller } from '../access/caller.ts';
import type { Pipeline } from '../command/pipeline.ts';
import type { Stops } from '../command/stops.ts';
import type { Device } from '../device/device.ts';
import type { Log } from '../driver/contract.ts';
import { BellcrankError, messageOf } from '../errors.ts';
import type { Fate, Refusal, Wish } from './convention.ts';

/** Commands of one broker at once; their devices' queues are shorter. */
const maxUnderWay = 1000;

export interface GrantParts {
  readonly pipeline: Pick<Pipeline, 'start'>;
  readonly stops: Pick<Stops, 'stop'>;
  readonly log: Log;
  /** Who asks, for the record: `mqtt:` and the connection. */
  readonly caller: Caller;
}

/** Gives wishes to the pipeline, and tells what became of them. A stop of who may stop is always taken. */
export class Grants {
  readonly #parts: GrantParts;
  #underWay = 0;

  constructor(parts: GrantParts) {
    this.#parts = parts;
  }

  async fate(device: Device, wish: Wish): Promise<Fate> {
    const command = wish.kind === 'stop' ? 'stop' : wish.command;
    if (wish.kind === 'nonsense') return { device, command, refusal: turnedAway('invalid-request', wish.detail) };
    if (wish.kind === 'command' && this.#underWay >= maxUnderWay) {
      const detail = `${maxUnderWay} commands from this broker are under way`;
      return { device, command, refusal: turnedAway('overloaded', detail) };
    }
    this.#underWay++;
    try {
      return { device, command, record: await this.#record(device, wish) };
    } catch (error) {
      return { device, command, refusal: this.#refusal(error) };
    } finally {
      this.#underWay--;
    }
  }

  async #record(device: Device, wish: Exclude<Wish, { kind: 'nonsense' }>): Promise<NonNullable<Fate['record']>> {
    const { pipeline, stops, caller } = this.#parts;
    if (wish.kind === 'stop') {
      const refusal = caller.refusal({ action: 'stop', device });
      if (refusal !== undefined) throw refusal;
      return (await stops.stop(device.id, { by: caller.name })).record;
    }
    const { ended } = await pipeline.start({ device: device.id, command: wish.command, params: wish.params, caller });
    return await ended.catch((error: unknown) => {
      throw new Ended(error);
    });
  }

  #refusal(error: unknown): Refusal {
    const [cause, outcome] = error instanceof Ended ? [error.cause, 'unknown' as const] : [error, 'not-sent' as const];
    if (cause instanceof BellcrankError) {
      return { outcome: cause.outcome ?? outcome, code: cause.code, detail: cause.message };
    }
    this.#parts.log.error({ error: messageOf(cause) }, 'a command from the broker failed inside');
    return { outcome: 'unknown', code: 'internal', detail: 'an internal error' };
  }
}

/** A command that was taken, and whose end nobody can tell. */
class Ended extends Error {
  constructor(cause: unknown) {
    super('what became of the command is not on record', { cause });
  }
}

function turnedAway(code: string, detail: string): Refusal {
  return { outcome: 'not-sent', code, detail };
}
