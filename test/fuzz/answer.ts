import type { Readable } from 'node:stream';
import type { InjectOptions } from 'fastify';
import type { App } from '../../src/app.ts';
import { settle } from '../../src/testing/settle.ts';

export interface FuzzAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  /** Without parameters; `''` where there is no body. */
  readonly mediaType: string;
  /** Of a stream, its beginning. */
  readonly text: string;
  /** The body, parsed if it is JSON. */
  readonly json: unknown;
}

/** Sends a request past the socket, and takes the answer whole, or the beginning of one that does not end. */
export async function inject({ http }: Pick<App, 'http'>, request: InjectOptions): Promise<FuzzAnswer> {
  const answer = await http.inject({ ...request, payloadAsStream: true });
  const isFollowed = JSON.stringify(request.url ?? '').includes('follow=');
  const endless = mediaTypeOf(answer.headers) === 'text/event-stream' || isFollowed;
  const text = await (endless ? beginning(answer.stream()) : whole(answer.stream()));
  return answered(answer.statusCode, answer.headers, text);
}

export function answered(status: number, headers: Readonly<Record<string, unknown>>, text: string): FuzzAnswer {
  const mediaType = mediaTypeOf(headers);
  const json = mediaType.endsWith('json') && text !== '' ? (JSON.parse(text) as unknown) : undefined;
  return { status, headers, mediaType, text, json };
}

function mediaTypeOf({ 'content-type': type }: Readonly<Record<string, unknown>>): string {
  return typeof type === 'string' ? (type.split(';')[0] ?? '') : '';
}

async function whole(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** What comes at once, and leaves, as a reader does who closes the page. */
async function beginning(stream: Readable): Promise<string> {
  await settle();
  const text = String(stream.read() ?? '');
  stream.destroy();
  return text;
}
