import type { Pipeline } from '../command/pipeline.ts';
import type { Stops } from '../command/stops.ts';
import type { Device } from '../device/device.ts';
import type { Log } from '../driver/contract.ts';
import { BellcrankError, messageOf } from '../errors.ts';
import type { Fate, Wish } from './convention.ts';

/** Commands of one broker at once; their devices' queues are shorter. */
const maxUnderWay = 1000;

export interface GrantParts {
  readonly pipeline: Pick<Pipeline, 'start'>;
  readonly stops: Pick<Stops, 'stop'>;
  readonly log: Log;
  /** Who asks, for the record: `mqtt:` and the connection. */
  readonly by: string;
}

/** Gives wishes to the pipeline, and tells what became of them. A stop is always taken. */
export class Grants {
  readonly #parts: GrantParts;
  #underWay = 0;

  constructor(parts: GrantParts) {
    this.#parts = parts;
  }

  async fate(device: Device, wish: Wish): Promise<Fate> {
    const command = wish.kind === 'stop' ? 'stop' : wish.command;
    if (wish.kind === 'nonsense') return { device, command, refusal: { code: 'invalid-request', detail: wish.detail } };
    if (wish.kind === 'command' && this.#underWay >= maxUnderWay) {
      const detail = `${maxUnderWay} commands from this broker are under way`;
      return { device, command, refusal: { code: 'overloaded', detail } };
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
    const { pipeline, stops, by } = this.#parts;
    if (wish.kind === 'stop') return (await stops.stop(device.id, { by })).record;
    const { ended } = await pipeline.start({ device: device.id, command: wish.command, params: wish.params, by });
    return await ended;
  }

  #refusal(error: unknown): { code: string; detail: string } {
    if (error instanceof BellcrankError) return { code: error.code, detail: error.message };
    this.#parts.log.error({ error: messageOf(error) }, 'a command from the broker failed inside');
    return { code: 'internal', detail: 'an internal error' };
  }
}
