import type { ByteConnection } from '../../src/driver/index.ts';
import type { WireFace } from '../simulator.ts';
import type { Epoch, ReceiverBehaviour } from './model.ts';
import { burst, garbled } from './sentences.ts';

/** Face 2: a receiver that talks, whether anybody listens or not, and listens to nobody. */
export class ReceiverWire {
  readonly face: WireFace = { shape: 'bytes', serve: (far) => this.#serve(far) };
  readonly #receiver: ReceiverBehaviour;
  readonly #closers = new Set<() => void>();

  constructor(receiver: ReceiverBehaviour) {
    this.#receiver = receiver;
  }

  close(): void {
    for (const close of this.#closers) close();
    this.#closers.clear();
  }

  #serve(far: ByteConnection): void {
    const say = saying(far);
    this.#joinMidSentence(say);
    const stop = this.#receiver.listen((epoch) => say(this.#text(epoch)));
    this.#closers.add(stop);
    void far.closed.then(() => {
      stop();
      this.#closers.delete(stop);
    });
  }

  /** Whoever opens the port hears the rest of what was under way. */
  #joinMidSentence(say: (text: string) => void): void {
    const receiver = this.#receiver;
    if (receiver.silent) return;
    const [first = '', ...rest] = burst(receiver.options.talker, receiver.observe());
    const cut = 1 + Math.floor(receiver.random() * (first.length - 1));
    say(first.slice(cut) + rest.join(''));
  }

  #text(epoch: Epoch): string {
    const receiver = this.#receiver;
    const sentences = burst(receiver.options.talker, epoch);
    return sentences.map((sentence) => (receiver.takeCorruption() ? garbled(sentence) : sentence)).join('');
  }
}

/** What a line that is still full cannot take is lost, as from a UART. */
function saying(far: ByteConnection): (text: string) => void {
  let busy = false;
  return (text) => {
    if (busy) return;
    busy = true;
    far
      .write(Buffer.from(text, 'latin1'))
      .catch(() => {})
      .finally(() => (busy = false));
  };
}
