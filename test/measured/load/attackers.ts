import { connect, type Socket } from 'node:net';

const follow = 'GET /v1/stream HTTP/1.1\r\nhost: localhost\r\n\r\n';

/** Connections of somebody who means no good; each is cut when the test ends. */
export class Attackers {
  readonly #port: number;
  readonly #sockets: Socket[] = [];
  readonly #timers: NodeJS.Timeout[] = [];
  /** Connections that the service has ended. */
  ended = 0;

  constructor(port: number) {
    this.#port = port;
  }

  /** Opens connections and leaves them alone. */
  async idle(count: number): Promise<void> {
    for (const socket of await this.#open(count)) socket.resume();
  }

  /** Sends headers, or a body, a byte at a time. */
  async dribble(count: number, beginning: string, byte: string): Promise<void> {
    for (const socket of await this.#open(count)) {
      socket.resume();
      socket.write(beginning);
      this.#timers.push(setInterval(() => socket.writable && socket.write(byte), 200));
    }
  }

  /** Follows the live stream and reads nothing of it. */
  async readNothing(count: number): Promise<void> {
    for (const socket of await this.#open(count)) {
      socket.pause();
      socket.write(follow);
    }
  }

  /** Follows it and reads everything, to know how much there is. */
  async read(): Promise<{ readonly bytes: number }> {
    const told = { bytes: 0 };
    for (const socket of await this.#open(1)) {
      socket.on('data', (chunk) => (told.bytes += chunk.length));
      socket.write(follow);
    }
    return told;
  }

  /** Sends a body, chunk by chunk, until the service has had enough. Resolves with its answer, and the bytes that it took. */
  async pour(head: string, bytes: number, frame: (chunk: string) => string): Promise<{ answer: string; sent: number }> {
    const [socket] = await this.#open(1);
    if (socket === undefined) throw new Error('there is no connection');
    const heard = { answer: '' };
    socket.on('data', (chunk) => (heard.answer += chunk.toString('latin1')));
    const over = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    const chunk = 'x'.repeat(16_384);
    socket.write(head);
    let sent = 0;
    while (sent < bytes && heard.answer === '' && !socket.destroyed && socket.writable) {
      sent += chunk.length;
      if (!socket.write(frame(chunk))) {
        await Promise.race([over, new Promise<void>((resolve) => socket.once('drain', () => resolve()))]);
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    socket.end();
    await over;
    return { answer: heard.answer, sent };
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    for (const socket of this.#sockets) socket.destroy();
  }

  async #open(count: number): Promise<Socket[]> {
    const opened = Array.from({ length: count }, async () => {
      const socket = connect(this.#port, '127.0.0.1');
      // What the service does to them is part of the test.
      socket.on('error', () => {});
      socket.on('close', () => this.ended++);
      await new Promise((resolve) => socket.once('connect', resolve));
      return socket;
    });
    const sockets = await Promise.all(opened);
    this.#sockets.push(...sockets);
    return sockets;
  }
}
