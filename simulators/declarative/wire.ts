import type { Clock } from '../../src/clock.ts';
import type { ByteConnection } from '../../src/driver/index.ts';
import type { WireFace } from '../simulator.ts';
import { framed, saidTo } from './framed.ts';
import { MessageInput } from './input.ts';
import { Outbox } from '../behaviour/outbox.ts';
import type { Answer, Unit } from './unit.ts';

export interface LineOptions {
  readonly clock: Clock;
  /** From the end of a message to the beginning of the answer. */
  readonly replyMs: number;
  /** Several devices may be on it: what none of them understands is for another, and nobody answers. */
  readonly isShared: boolean;
}

/** Face 2: the devices at the far end of a byte stream. They keep their state when a connection goes and another comes. */
export class DeviceLine {
  readonly face: WireFace = {
    shape: 'bytes',
    serve: (far) => this.#serve(far),
    nak: (heard) => this.#refuse(heard),
  };
  readonly #units: readonly [Unit, ...Unit[]];
  readonly #options: LineOptions;
  readonly #ports = new Set<Port>();

  constructor(units: readonly [Unit, ...Unit[]], options: LineOptions) {
    this.#units = units;
    this.#options = options;
  }

  /** Bytes as they are, to whoever listens. */
  babble(bytes: Uint8Array): void {
    for (const port of this.#ports) port.say(bytes);
  }

  /** A frame of the line, unasked. */
  say(frame: Uint8Array): void {
    this.babble(framed(frame, this.#units[0].definition.line.reply));
  }

  /** Stops listening and forgets replies that are held back. */
  close(): void {
    for (const port of this.#ports) port.close();
    this.#ports.clear();
  }

  /** What the devices say to it if they do nothing of it; undefined if they have no words for that. */
  #refuse(heard: Uint8Array): Uint8Array | undefined {
    const said: Uint8Array[] = [];
    let isRefused = false;
    const input = inputOf(this.#units, this.#options.clock, (message) => {
      for (const unit of this.#units) {
        const answers = unit.refuse(message);
        if (answers === undefined) continue;
        isRefused = true;
        said.push(...saidTo(message, answers, unit.definition.line, 0).map(({ bytes }) => bytes));
        return;
      }
    });
    input.receive(heard);
    input.close();
    return isRefused ? Buffer.concat(said) : undefined;
  }

  #serve(far: ByteConnection): void {
    const port = new Port(far, this.#units, this.#options);
    this.#ports.add(port);
    void far.closed.then(() => {
      port.close();
      this.#ports.delete(port);
    });
    this.#greet(port);
  }

  /** A device that nobody asks who it is says it by itself. */
  #greet(port: Port): void {
    for (const unit of this.#units) {
      for (const { frames, framing } of unit.greeting()) for (const frame of frames) port.say(framed(frame, framing));
    }
  }
}

function inputOf(
  units: readonly [Unit, ...Unit[]],
  clock: Clock,
  onMessage: (message: Uint8Array) => void,
): MessageInput {
  return new MessageInput({
    clock,
    terminator: units[0].definition.line.outTerminator,
    templates: units.flatMap(({ hearings }) => hearings.map(({ template }) => template)),
    knows: (bytes) => units.some((unit) => unit.knows(bytes)),
    onMessage,
  });
}

/** One connection to the line. */
class Port {
  readonly #units: readonly [Unit, ...Unit[]];
  readonly #options: LineOptions;
  readonly #stopListening: () => void;
  readonly #input: MessageInput;
  readonly #output: Outbox;

  constructor(far: ByteConnection, units: readonly [Unit, ...Unit[]], options: LineOptions) {
    this.#units = units;
    this.#options = options;
    this.#output = new Outbox(options.clock, (bytes) => {
      // A reply to a connection that has gone is lost, as on a real line.
      far.write(bytes).catch(() => {});
    });
    this.#input = inputOf(units, options.clock, (message) => this.#take(message));
    this.#stopListening = far.onData((chunk) => this.#input.receive(chunk));
  }

  say(bytes: Uint8Array): void {
    this.#output.send([{ bytes, afterMs: 0 }]);
  }

  close(): void {
    this.#stopListening();
    this.#input.close();
    this.#output.close();
  }

  #take(message: Uint8Array): void {
    for (const unit of this.#units) {
      const answers = unit.take(message);
      if (answers !== undefined) return this.#answer(unit, message, answers);
    }
    if (this.#options.isShared) return;
    const [unit] = this.#units;
    this.#answer(unit, message, unit.misunderstand());
  }

  #answer({ definition, behaviour }: Unit, message: Uint8Array, answers: readonly Answer[]): void {
    const said = saidTo(message, answers, definition.line, this.#options.replyMs);
    if (said.length === 0) return;
    const waitMs = behaviour.replies.next();
    if (waitMs === undefined) return;
    const [first, ...rest] = said;
    if (first !== undefined) this.#output.send([{ ...first, afterMs: first.afterMs + waitMs }, ...rest]);
  }
}
