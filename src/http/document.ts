import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BellcrankError } from '../errors.ts';
import { matchesEtag } from './openapi-etag.ts';

/**
 * As the client reaches the service; the guard has seen to it that the host is one of ours. Where TLS ends at a proxy, that
 * one says so, and who reads a description goes on with TLS, and with its key. Forged it leads astray none but who forged it.
 */
export function originOf({ protocol, headers }: FastifyRequest): URL {
  const isSecure = /^https\b/i.test(String(headers['x-forwarded-proto'] ?? ''));
  const origin = URL.parse(`${isSecure ? 'https' : protocol}://${headers.host ?? ''}`);
  if (origin !== null) return origin;
  throw new BellcrankError('invalid-request', 'the Host header is not a host and a port');
}

/** A description of something here, with an ETag; 304 for whoever has it already. */
export function sendDocument(
  { headers }: FastifyRequest,
  reply: FastifyReply,
  document: object,
  mediaType: string,
): FastifyReply {
  const text = JSON.stringify(document);
  const etag = `"${createHash('sha256').update(text).digest('base64url')}"`;
  void withDocumentHeaders(reply, etag);
  if (matchesEtag(headers['if-none-match'], etag)) return reply.code(304).send();
  return reply.type(mediaType).serializer(String).send(text);
}

/** What is in it depends on who asks: nobody else is to be given it by a cache in between (RFC 9111 §5.2.2.7). */
export function withDocumentHeaders(reply: FastifyReply, etag: string): FastifyReply {
  return reply
    .header('etag', etag)
    .header('cache-control', 'private, no-cache')
    .header('vary', 'authorization, cookie');
}
