import { connect, type Socket } from 'node:net';
import { once } from 'node:events';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/**
 * One connection that is kept alive, one request at a time. Written on the socket, because a load generator that costs
 * more than the service measures itself.
 */
export class HttpClient {
  readonly #socket: Socket;
  readonly #host: string;
  #input = '';
  #waiting: PromiseWithResolvers<Answer> | undefined;

  private constructor(socket: Socket, host: string) {
    this.#socket = socket;
    this.#host = host;
    socket.setNoDelay(true).setEncoding('latin1');
    socket.on('data', (text: string) => this.#receive(text));
    socket.on('error', (error) => this.#waiting?.reject(error));
    socket.on('close', () => this.#waiting?.reject(new Error('the service closed the connection')));
  }

  static async open(url: string): Promise<HttpClient> {
    const { hostname, port, host } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    return new HttpClient(socket, host);
  }

  /** `headers` are whole lines, each with its CRLF. */
  send(method: string, path: string, body = '', headers = ''): Promise<Answer> {
    const type = body === '' ? '' : 'content-type: application/json\r\n';
    this.#waiting = Promise.withResolvers();
    this.#socket.write(
      `${method} ${path} HTTP/1.1\r\nhost: ${this.#host}\r\n${type}${headers}content-length: ${body.length}\r\n\r\n${body}`,
    );
    return this.#waiting.promise;
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(text: string): void {
    this.#input += text;
    const end = this.#input.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = this.#input.slice(0, end);
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
    if (this.#input.length < end + 4 + length) return;
    const body = this.#input.slice(end + 4, end + 4 + length);
    this.#input = '';
    this.#waiting?.resolve({ status: Number(head.slice(9, 12)), body });
  }
}
