import type { Clock, Timer } from '../../src/clock.ts';
import type { ByteConnection } from '../../src/driver/index.ts';
import type { WireFace } from '../simulator.ts';
import { type Framing, type Heard, hearRequest, maxFrameBytes } from './request-frames.ts';
import { exceptions } from './memory.ts';
import { exceptionOf } from './server.ts';
import type { Unit } from './unit.ts';

/** Face 2: units at the far end of a byte stream. They keep their state when a connection goes and another comes. */
export class ModbusWire {
  readonly face: WireFace = {
    shape: 'bytes',
    serve: (far) => this.#serve(far),
    nak: (heard) => this.#refuse(Buffer.from(heard)),
  };
  readonly #units: readonly Unit[];
  readonly #framing: Framing;
  readonly #clock: Clock;
  readonly #ports = new Set<Port>();

  constructor(units: readonly Unit[], framing: Framing, clock: Clock) {
    this.#units = units;
    this.#framing = framing;
    this.#clock = clock;
  }

  /** Stops listening and forgets answers that are held back. */
  close(): void {
    for (const port of this.#ports) port.close();
    this.#ports.clear();
  }

  /** "Illegal function" to each request: "the server is in the wrong state to process a request of this type" (§7). */
  #refuse(heard: Buffer): Buffer | undefined {
    const answers: Buffer[] = [];
    let rest = heard;
    for (let one = hearRequest(rest, this.#framing); one; one = hearRequest(rest, this.#framing)) {
      rest = rest.subarray(one.taken);
      const { unit, pdu } = one;
      const isHere = this.#units.some(({ number }) => number === unit);
      if (isHere) answers.push(one.frame(unit, exceptionOf(pdu.readUInt8(0), exceptions.illegalFunction)));
    }
    return answers.length === 0 ? undefined : Buffer.concat(answers);
  }

  #serve(far: ByteConnection): void {
    const port = new Port(far, this.#units, this.#framing, this.#clock);
    this.#ports.add(port);
    void far.closed.then(() => {
      port.close();
      this.#ports.delete(port);
    });
  }
}

/** Silence after which an unfinished request is forgotten. Operating systems do not keep the standard's 1.5 characters. */
const forgetMs = 100;

/** One connection: a bounded input, and answers that may come late. */
class Port {
  readonly #far: ByteConnection;
  readonly #units: readonly Unit[];
  readonly #framing: Framing;
  readonly #clock: Clock;
  readonly #stopListening: () => void;
  readonly #timers = new Set<Timer>();
  #input = Buffer.alloc(0);
  #heardAt = 0;

  constructor(far: ByteConnection, units: readonly Unit[], framing: Framing, clock: Clock) {
    this.#far = far;
    this.#units = units;
    this.#framing = framing;
    this.#clock = clock;
    this.#stopListening = far.onData((chunk) => this.#receive(chunk));
  }

  close(): void {
    this.#stopListening();
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }

  #receive(chunk: Uint8Array): void {
    const now = this.#clock.monotonic();
    if (now - this.#heardAt > forgetMs) this.#input = Buffer.alloc(0);
    this.#heardAt = now;
    this.#input = Buffer.concat([this.#input, chunk]).subarray(-maxFrameBytes * 4);
    for (let heard = hearRequest(this.#input, this.#framing); heard; heard = hearRequest(this.#input, this.#framing)) {
      this.#input = this.#input.subarray(heard.taken);
      this.#obey(heard);
    }
  }

  /** A request for a unit that is not there is answered by nobody. */
  #obey(heard: Heard): void {
    const unit = this.#units.find(({ number }) => number === heard.unit);
    if (unit === undefined) return;
    const { answer, turn } = unit.handle(heard.pdu);
    if (turn.delayMs === undefined) return;
    const frame = heard.frame(turn.unit ?? unit.number, answer);
    this.#send(turn.twist === undefined ? frame : turn.twist(frame), turn.delayMs);
  }

  #send(frame: Buffer, delayMs: number): void {
    // An answer to a connection that has gone is lost, as on a real line.
    const write = (): void => void this.#far.write(frame).catch(() => {});
    if (delayMs === 0) return write();
    const timer = this.#clock.timer(delayMs, () => {
      this.#timers.delete(timer);
      write();
    });
    this.#timers.add(timer);
  }
}
