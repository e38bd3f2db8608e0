import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

export interface Posting {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
}

export interface Posted {
  readonly status: number;
  readonly retryAfter: string | undefined;
}

/** Posts once; rejects if there was no answer. Redirects are answers, and are not followed. */
export type Post = (posting: Posting) => Promise<Posted>;

/** What of an answer's body is read, so that the connection can be used again; nobody looks at it. */
const maxAnswerBytes = 65_536;

/** Connections that are kept open are few, and none for long. */
const keeping = { keepAlive: true, maxFreeSockets: 1, timeout: 30_000 };

/** Posts over HTTP/1.1; certificates are checked against the system's authorities. */
export function createPost(): Post {
  const agents = { 'http:': new HttpAgent(keeping), 'https:': new HttpsAgent(keeping) };
  return ({ url, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const isPlain = url.protocol === 'http:';
      const agent = isPlain ? agents['http:'] : agents['https:'];
      const length = { 'content-length': String(Buffer.byteLength(body)) };
      const options = { method: 'POST', headers: { ...headers, ...length }, agent, signal, maxHeaderSize: 16_384 };
      const request = (isPlain ? httpRequest : httpsRequest)(url, options);
      let posted: Posted | undefined;
      request.once('response', (response) => {
        posted = postedOf(response);
        drain(response);
      });
      // Whatever becomes of the rest of an answer, or of the time for it: its status says all.
      const over = (error: Error): void => (posted === undefined ? reject(error) : resolve(posted));
      request.on('error', over);
      // A change of the protocol (101) is no answer, and no error either.
      request.once('close', () => over(new Error('the connection was closed without an answer')));
      request.end(body);
    });
}

function drain(response: IncomingMessage): void {
  let bytes = 0;
  response.on('error', () => {});
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxAnswerBytes) response.destroy();
  });
}

function postedOf({ statusCode = 0, headers }: IncomingMessage): Posted {
  return { status: statusCode, retryAfter: headers['retry-after'] };
}
