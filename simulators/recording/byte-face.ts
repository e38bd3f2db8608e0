import type { ByteConnection } from '../../src/driver/index.ts';
import { MatchingEar } from './by-match.ts';
import { OrderedEar, Place } from './by-order.ts';
import type { Ear } from './ear.ts';
import type { ReplayFace, ReplayParts } from './replay.ts';
import { Requests } from './requests.ts';
import { Speaking } from './speaking.ts';
import { bytesOf, type Said, type Turns } from '../../src/recording/index.ts';

/** A recorded byte stream: each connection begins with what the device said first. */
export function byteFace({ greeting, turns }: Turns, { settings, log, clock }: ReplayParts): ReplayFace {
  const requests = new Requests(turns);
  const place = new Place(turns);
  const lines = new Set<{ close(): void }>();
  const earOn = (say: (said: readonly Said[]) => void): Ear =>
    settings.by === 'order' ? new OrderedEar(place, log, clock, say) : new MatchingEar(requests, log, clock, say);

  const serve = (far: ByteConnection): void => {
    const speaking = new Speaking(clock, settings.timing);
    const say = (said: readonly Said[]): void =>
      speaking.say(said, ({ payload }) => void far.write(bytesOf(payload)).catch(() => {}));
    const ear = earOn(say);
    const unlisten = far.onData((chunk) => ear.hear(chunk));
    const line = {
      close: () => {
        unlisten();
        ear.close();
        speaking.close();
        lines.delete(line);
      },
    };
    lines.add(line);
    void far.closed.then(line.close);
    say(greeting);
  };
  return {
    wire: { shape: 'bytes', serve },
    unasked: () => (settings.by === 'order' ? place.left() : requests.unasked()),
    close: () => {
      for (const line of lines) line.close();
    },
  };
}
