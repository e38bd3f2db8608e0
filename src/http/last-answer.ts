import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { BellcrankError } from '../errors.ts';
import { guards } from './guards/answers.ts';
import { problemOf } from './problem.ts';

/** What went wrong with who did not get as far as HTTP. */
const notHttp = /^(ECONNRESET|EPROTO|EPIPE|ERR_TLS_|ERR_SSL_)/;

/** For bytes that are no HTTP request: answered on the bare socket, since there is no request to reply to. */
export function answerMalformed(
  error: NodeJS.ErrnoException,
  socket: { writable: boolean; end(text: string): void; destroy(): void },
): void {
  // Who does not get as far as HTTP cannot be answered in it.
  if (!socket.writable || notHttp.test(error.code ?? '')) return socket.destroy();
  socket.end(lastAnswer(malformed(error.code)));
}

/** RFC 9110 §9.3.6: no path says which other methods there are. */
export function refuseTunnel(socket: Duplex): void {
  const error = new BellcrankError('method-not-allowed', 'CONNECT is not allowed: this is no proxy');
  // Whoever does not close their end in turn would keep it.
  socket.end(lastAnswer(error, { allow: '' }), () => socket.destroy());
}

/** As it stands on the socket, where there is no reply to answer with. */
function lastAnswer(error: BellcrankError, more: Readonly<Record<string, string>> = {}): string {
  const problem = problemOf(error);
  const body = JSON.stringify(problem);
  const headers = {
    ...guards,
    ...more,
    'content-type': 'application/problem+json',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\n${lines.join('')}\r\n${body}`;
}

function malformed(code: string | undefined): BellcrankError {
  if (code === 'HPE_HEADER_OVERFLOW') return new BellcrankError('headers-too-large', 'send smaller headers');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new BellcrankError('request-timeout', 'send the request faster');
  return new BellcrankError('invalid-request', 'this is not a valid HTTP request');
}
