import { model, optionsSchema, type PropertyName } from '../../drivers/nmea0183/model.ts';
import type { Clock, Timer } from '../../src/clock.ts';
import { type AnyDriver, BellcrankError, defineDriver, type TypedContext } from '../../src/driver/index.ts';
import type { Epoch, Fixed, ReceiverBehaviour } from './model.ts';

type ReceiverContext = TypedContext<typeof model>;

const helloMs = 4000;

const needFix = ['position', 'altitude', 'hdop', 'pdop', 'speed', 'course', 'time'] satisfies PropertyName[];
const all = [...needFix, 'fix', 'fix-mode', 'satellites-used', 'satellites-in-view'] satisfies PropertyName[];

/** Tells what a receiver says without a wire between, so that silence and a lost fix mean the same as on one. */
class FaceOne {
  readonly #receiver: ReceiverBehaviour;
  readonly #context: ReceiverContext;
  readonly #clock: Clock;
  readonly #silenceMs: number;
  readonly #first = Promise.withResolvers<void>();
  #timer: Timer | undefined;
  #away = false;

  constructor(receiver: ReceiverBehaviour, clock: Clock, context: ReceiverContext, silenceMs: number) {
    this.#receiver = receiver;
    this.#clock = clock;
    this.#context = context;
    this.#silenceMs = silenceMs;
  }

  async begin(): Promise<void> {
    const { signal } = this.#context;
    const stop = this.#receiver.listen((epoch) => this.#hear(epoch));
    const tooLate = this.#clock.timer(helloMs, () =>
      this.#first.reject(new BellcrankError('device-timeout', `nothing came within ${helloMs} ms`)),
    );
    const end = (): void => {
      stop();
      tooLate.cancel();
      this.#timer?.cancel();
      this.#first.reject(new BellcrankError('connection-lost', 'the session ended'));
    };
    signal.addEventListener('abort', end, { once: true });
    if (!this.#receiver.silent) this.#hear(this.#receiver.observe());
    await this.#first.promise;
    tooLate.cancel();
  }

  #hear({ fixed, time, satellites }: Epoch): void {
    const context = this.#context;
    while (this.#receiver.takeCorruption()) context.unmatched('a wrong checksum', true);
    if (this.#away) context.availability(true, 'it talks again');
    this.#away = false;
    context.report('fix', fixed === undefined ? 'none' : 'gps');
    context.report('fix-mode', fixed === undefined ? 'none' : '3d');
    context.report('satellites-used', fixed === undefined ? 0 : satellites);
    context.report('satellites-in-view', satellites);
    if (fixed === undefined) for (const property of needFix) context.lost(property, 'no fix');
    else this.#tell(fixed, time);
    this.#first.resolve();
    this.#arm();
  }

  #tell({ latitude, longitude, altitude, speed, course, hdop, pdop }: Fixed, time: number | undefined): void {
    const context = this.#context;
    context.report('position', { latitude: rounded(latitude, 7), longitude: rounded(longitude, 7) });
    context.report('altitude', rounded(altitude, 1));
    context.report('speed', rounded(speed, 4));
    context.report('course', rounded(course, 2));
    context.report('hdop', hdop);
    context.report('pdop', pdop);
    if (time !== undefined) context.report('time', `${new Date(time).toISOString().slice(0, 22)}Z`);
  }

  #arm(): void {
    this.#timer?.cancel();
    if (this.#context.signal.aborted) return;
    this.#timer = this.#clock.timer(this.#silenceMs, () => {
      const why = `silent for ${this.#silenceMs} ms`;
      this.#away = true;
      for (const property of all) this.#context.lost(property, why);
      this.#context.availability(false, why);
    });
  }
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits)) + 0;
}

/** Face 1: the Driver contract straight on the behaviour, with the same model and options and no wire between. */
export function simulatedDriver(receiver: ReceiverBehaviour, clock: Clock): AnyDriver {
  return defineDriver({
    model,
    transports: ['none'],
    options: optionsSchema,
    async attach(_connection, options, context) {
      await new FaceOne(receiver, clock, context, options.silenceMs ?? 5000).begin();
      return { commands: {}, resync: () => Promise.resolve() };
    },
  });
}
