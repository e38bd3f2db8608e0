import { type Static, Type } from '@sinclair/typebox';
import type { ByteConnection } from './connection.ts';
import { EchoConnection } from './echo.ts';
import type { OpenContext } from './transport.ts';
import { TurnaroundConnection } from './turnaround.ts';

/** Settings of every byte stream that may end in a half-duplex line. */
export const halfDuplexSettings = {
  echo: Type.Optional(
    Type.Boolean({
      description: 'The line hears itself: what was sent is taken out of what comes in, and compared; off if absent.',
    }),
  ),
  turnaroundMs: Type.Optional(
    Type.Number({
      minimum: 0,
      maximum: 10_000,
      unit: 'ms',
      description: 'Silence between the last byte heard and the next one sent; none if absent.',
    }),
  ),
};

interface HalfDuplex {
  readonly echo?: Static<typeof halfDuplexSettings.echo>;
  readonly turnaroundMs?: Static<typeof halfDuplexSettings.turnaroundMs>;
}

/** The connection as it is used: an echo is no word of the device's, so it counts for no turnaround. */
export function asHalfDuplex(
  connection: ByteConnection,
  { echo = false, turnaroundMs = 0 }: HalfDuplex,
  { clock, onStray }: OpenContext,
): ByteConnection {
  const heard = echo ? new EchoConnection(connection, clock, onStray) : connection;
  return turnaroundMs > 0 ? new TurnaroundConnection(heard, clock, turnaroundMs) : heard;
}
