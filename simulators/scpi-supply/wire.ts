import type { Clock } from '../../src/clock.ts';
import type { ByteConnection } from '../../src/driver/index.ts';
import type { WireFace } from '../simulator.ts';
import { supplyErrors } from './error-queue.ts';
import { interpret } from './interpreter.ts';
import type { SupplyBehaviour } from './model.ts';
import { refuse } from './refusal.ts';
import { Outbox } from '../behaviour/outbox.ts';

/** Longest program message that the supply's input buffer holds. */
const maxMessageBytes = 1024;

/** Face 2: the supply at the far end of a byte stream. It keeps its state when a connection goes and another comes. */
export class SupplyWire {
  readonly face: WireFace = {
    shape: 'bytes',
    serve: (far) => this.#serve(far),
    nak: (heard) => refuse(this.#supply, heard),
  };
  readonly #supply: SupplyBehaviour;
  readonly #clock: Clock;
  readonly #ports = new Set<Port>();

  constructor(supply: SupplyBehaviour, clock: Clock) {
    this.#supply = supply;
    this.#clock = clock;
  }

  /** Stops listening and forgets replies that are held back. */
  close(): void {
    for (const port of this.#ports) port.close();
    this.#ports.clear();
  }

  #serve(far: ByteConnection): void {
    const port = new Port(far, this.#supply, this.#clock);
    this.#ports.add(port);
    void far.closed.then(() => this.#drop(port));
  }

  #drop(port: Port): void {
    port.close();
    this.#ports.delete(port);
  }
}

/** One connection: a bounded input buffer, and an output in order. */
class Port {
  readonly #supply: SupplyBehaviour;
  readonly #stopListening: () => void;
  readonly #output: Outbox;
  #input = '';

  constructor(far: ByteConnection, supply: SupplyBehaviour, clock: Clock) {
    this.#supply = supply;
    this.#stopListening = far.onData((chunk) => this.#receive(Buffer.from(chunk).toString('latin1')));
    this.#output = new Outbox(clock, (bytes) => {
      // A reply to a connection that has gone is lost, as on a real line.
      far.write(bytes).catch(() => {});
    });
  }

  close(): void {
    this.#stopListening();
    this.#output.close();
  }

  #receive(text: string): void {
    const [first = '', ...rest] = text.split('\n');
    this.#append(first);
    for (const part of rest) {
      this.#obey();
      this.#append(part);
    }
  }

  /** One character over the limit is kept as the mark of an overrun. */
  #append(text: string): void {
    this.#input = (this.#input + text).slice(0, maxMessageBytes + 1);
  }

  #obey(): void {
    const message = this.#input;
    this.#input = '';
    if (message.length > maxMessageBytes) return this.#supply.errors.push(supplyErrors.inputOverrun);
    const response = interpret(this.#supply, message);
    if (response !== undefined) this.#reply(response);
  }

  #reply(response: string): void {
    const delayMs = this.#supply.replies.next();
    if (delayMs === undefined) return;
    this.#output.send([{ bytes: Buffer.from(`${response}\n`, 'latin1'), afterMs: delayMs }]);
  }
}
