import { BellcrankError, type Clock, defineDriver } from '../../src/driver/index.ts';
import { model, optionsSchema } from './model.ts';
import { type Heard, Receiver } from './receiver.ts';

/** How long a receiver may take to its first sentence; shorter than the runtime's patience, so that the reason is ours. */
const helloMs = 4000;

/** A position receiver that is only listened to (NMEA 0183, as the README's sources describe it). */
export const nmea0183 = defineDriver({
  model,
  transports: ['serial', 'tcp'],
  options: optionsSchema,
  async attach(connection, options, context) {
    const receiver = new Receiver(context, options);
    context.signal.addEventListener(
      'abort',
      connection.onData((chunk) => receiver.feed(chunk)),
      { once: true },
    );
    if (!(await firstWithin(receiver, context.clock, context.signal))) throw nobody(receiver.heard);
    receiver.watch();
    // Every sentence stands for itself, so there is no step to be out of.
    return { commands: {}, resync: () => Promise.resolve() };
  },
});

async function firstWithin(receiver: Receiver, clock: Clock, signal: AbortSignal): Promise<boolean> {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  const onAbort = (): void =>
    reject(new BellcrankError('connection-lost', 'the session ended', { cause: signal.reason }));
  signal.addEventListener('abort', onAbort, { once: true });
  const timer = clock.timer(helloMs, () => void clock.ioTurn().then(() => resolve(false)));
  void receiver.first.then(() => resolve(true));
  try {
    signal.throwIfAborted();
    return await promise;
  } finally {
    timer.cancel();
    signal.removeEventListener('abort', onAbort);
  }
}

function nobody({ bytes, stranger, problem }: Heard): BellcrankError {
  if (stranger !== undefined) {
    const message = `NMEA 0183 sentences came (${stranger}), but none of a position receiver within ${helloMs} ms`;
    return new BellcrankError('identity-mismatch', message);
  }
  if (bytes === 0) {
    const message = `nothing came within ${helloMs} ms: no power, no cable, or another port`;
    return new BellcrankError('device-timeout', message);
  }
  const rates = 'the standard says 4800; 9600, 38400 and 115200 are common';
  const last = problem === undefined ? '' : `; last: ${problem}`;
  const message = `${bytes} bytes came within ${helloMs} ms and no valid sentence, most likely for a wrong baud rate (${rates})${last}`;
  return new BellcrankError('device-protocol', message);
}
