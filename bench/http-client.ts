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
    const body = bodyOf(head, this.#input.slice(end + 4));
    if (body === undefined) return;
    this.#input = '';
    this.#waiting?.resolve({ status: Number(head.slice(9, 12)), body });
  }
}

/** Undefined while there is more to come. */
function bodyOf(head: string, rest: string): string | undefined {
  if (/\r\ntransfer-encoding: chunked/i.test(head)) return isWhole(rest) ? unchunked(rest) : undefined;
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
  return rest.length < length ? undefined : rest.slice(0, length);
}

function isWhole(chunks: string): boolean {
  return chunks === '0\r\n\r\n' || chunks.endsWith('\r\n0\r\n\r\n');
}

/** RFC 9112, section 7.1. */
function unchunked(text: string): string {
  let body = '';
  for (let at = 0; at < text.length;) {
    const line = text.indexOf('\r\n', at);
    const length = Number.parseInt(text.slice(at, line), 16);
    body += text.slice(line + 2, line + 2 + length);
    at = line + 2 + length + 2;
  }
  return body;
}
