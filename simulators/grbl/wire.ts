import type { ByteConnection } from '../../src/driver/index.ts';
import { LimitedBuffer } from '../behaviour/limited-buffer.ts';
import type { WireFace } from '../simulator.ts';
import type { GrblBehaviour } from './model.ts';
import type { Push } from './state.ts';
import { StatusReports } from './status.ts';

/** Bytes that tests may look at. */
const maxHeard = 100_000;

/**
 * Each line is answered with an error and not executed: 8 for `$` commands and 9 for G-code, both of which say "not now"
 * (GRBL 1.1, interface: "Error"). Real-time commands have no answers; undefined if there is nothing else.
 */
function refuse(heard: Uint8Array): Uint8Array | undefined {
  const lines = Buffer.from(heard)
    .toString('latin1')
    .split(/[\r\n]/)
    .slice(0, -1);
  const errors = lines.filter((line) => line !== '').map((line) => `error:${line.startsWith('$') ? 8 : 9}\r\n`);
  return errors.length === 0 ? undefined : Buffer.from(errors.join(''), 'latin1');
}

/** Face 2: the controller at the far end of a serial line. It goes on by itself when a connection goes. */
export class GrblWire {
  readonly face: WireFace = { shape: 'bytes', serve: (far) => this.#serve(far), nak: refuse };
  /** Bytes as they came, real-time commands included; bounded. */
  readonly heard: number[] = [];
  readonly #machine: GrblBehaviour;
  readonly #reports: StatusReports;
  readonly #stop: readonly (() => void)[];
  #port: { readonly far: ByteConnection; readonly stopListening: () => void } | undefined;
  readonly #buffer: LimitedBuffer<number>;
  #line = '';
  #comment: '' | '(' | ';' = '';
  #loseAnswers = 0;
  #isBooting = false;
  #isMute = false;

  constructor(machine: GrblBehaviour) {
    this.#machine = machine;
    this.#buffer = new LimitedBuffer(machine.options.bufferBytes, 'lose-new');
    this.#reports = new StatusReports(machine);
    this.#stop = [machine.onPush((push) => this.#pushed(push)), machine.onReady(() => this.#work())];
  }

  /** Bytes that came when the receive buffer was full, and are lost. */
  get overflowed(): number {
    return this.#buffer.lost;
  }

  /** The fullest that the receive buffer has been. */
  get fullest(): number {
    return this.#buffer.fullest;
  }

  close(): void {
    for (const stop of this.#stop) stop();
    this.#port?.stopListening();
  }

  /** Swallows the next answers to lines; what they answer is done all the same. */
  loseAnswers(count: number): void {
    this.#loseAnswers = count;
  }

  /** Says nothing any more. */
  mute(isMute = true): void {
    this.#isMute = isMute;
  }

  /** Sends text as it is: a stray byte, a line of somebody else's. */
  inject(text: string): void {
    this.#write(text);
  }

  #serve(far: ByteConnection): void {
    this.#port?.stopListening();
    this.#port = { far, stopListening: far.onData((chunk) => this.#receive(chunk)) };
    if (this.#machine.options.resetOnOpen) this.#boot();
  }

  /** The boot loader hears nothing of what is for the controller. */
  #boot(): void {
    this.#isBooting = true;
    this.#machine.after(this.#machine.options.bootMs, () => {
      this.#isBooting = false;
      this.#machine.powerCycle();
    });
  }

  #receive(chunk: Uint8Array): void {
    for (const byte of chunk) {
      if (this.heard.push(byte) > maxHeard) this.heard.shift();
      if (!this.#isBooting && !this.#machine.isDeaf) this.#take(byte);
    }
    this.#work();
  }

  /** Real-time commands never reach the buffer; bytes above 0x7F are one or are thrown away. */
  #take(byte: number): void {
    if (byte === 0x3f) return this.#tell();
    if (byte === 0x18 || byte === 0x21 || byte === 0x7e || byte > 0x7f) return void this.#machine.realtime(byte);
    this.#buffer.push(byte);
  }

  #tell(): void {
    if (this.#machine.tells) this.#say(this.#reports.next(this.#buffer.free));
  }

  /** Reads lines as long as the machine takes them. */
  #work(): void {
    while (this.#machine.isReading) {
      const byte = this.#buffer.take();
      if (byte === undefined) return;
      if (byte === 0x0a || byte === 0x0d) this.#execute();
      else this.#append(String.fromCharCode(byte));
    }
  }

  /** Blanks and comments are dropped, letters become upper case. */
  #append(character: string): void {
    if (this.#comment === '(' && character === ')') this.#comment = '';
    else if (this.#comment !== '' || character <= ' ' || character === '/') return;
    else if (character === '(' || character === ';') this.#comment = character;
    else if (this.#line.length <= 80) this.#line += character.toUpperCase();
  }

  #execute(): void {
    const line = this.#line;
    this.#line = '';
    this.#comment = '';
    this.#machine.execute(line, {
      data: (text) => this.#say(text),
      answer: (answer) => this.#answer(answer),
    });
  }

  #answer(answer: 'ok' | number): void {
    if (this.#loseAnswers > 0) this.#loseAnswers--;
    else this.#say(answer === 'ok' ? 'ok' : `error:${answer}`);
  }

  #pushed(push: Push): void {
    if (push.kind === 'alarm') return this.#say(`ALARM:${push.code}`);
    if (push.kind === 'message') return this.#say(`[MSG:${push.text}]`);
    this.#buffer.clear();
    this.#line = '';
    this.#comment = '';
    this.#reports.restart();
    this.#write(`\r\n${this.#machine.banner}\r\n`);
  }

  #say(text: string): void {
    this.#write(`${text}\r\n`);
  }

  #write(text: string): void {
    if (this.#isMute || this.#port === undefined) return;
    // What is said to a connection that has gone is lost, as on a real line.
    this.#port.far.write(Buffer.from(text, 'latin1')).catch(() => {});
  }
}
