import { Expectation, type WirePattern } from './wire-pattern.ts';
import type { Passed, Tap } from '../wire/tap.ts';
import { passedText } from '../wire/words.ts';

/** Lines of a transcript that an error shows. */
const shown = 30;

/** What passes between the service and a device, and what a test expects of it. */
export class LabWire {
  readonly #tap: Tap;
  readonly #expected: Expectation[] = [];

  constructor(tap: Tap) {
    this.#tap = tap;
    tap.watch((passed) => {
      // Each piece fulfils what was expected of it first, and that alone.
      this.#expected.find((one) => !one.fulfilled && one.take(passed));
    });
  }

  /** Everything that passed so far, oldest first; bounded. */
  get passed(): readonly Passed[] {
    return this.#tap.passed;
  }

  /** The same as text, a line each: `12.0 ms → "*IDN?\n"`. */
  get transcript(): string {
    return this.passed.map(passedText).join('\n');
  }

  /** From now on the service is to send this. What never comes fails `done`, which the lab calls when it is closed. */
  expect(pattern: WirePattern): void {
    this.#expected.push(new Expectation('sent', pattern));
  }

  /** From now on the device is to say this. */
  expectHeard(pattern: WirePattern): void {
    this.#expected.push(new Expectation('heard', pattern));
  }

  /** Loses the connection, as a pulled plug would; it can be opened again at once. */
  cut(): void {
    this.#tap.cut();
  }

  /** While it is down it cannot be opened either. */
  get down(): boolean {
    return this.#tap.down;
  }
  set down(down: boolean) {
    this.#tap.down = down;
    if (down) this.#tap.cut();
  }

  /** Fails with what was expected and never came, and with what came instead. */
  done(): void {
    const missing = this.#expected.filter(({ fulfilled }) => !fulfilled);
    if (missing.length === 0) return;
    this.#expected.length = 0;
    const passed = this.passed.slice(-shown).map(passedText);
    const what = missing.map(({ text }) => `  ✗ ${text}`);
    throw new Error(['expected on the wire and never seen:', ...what, 'what passed last:', ...passed].join('\n'));
  }
}
