import type { FastifyRequest } from 'fastify';
import { operationSchemes, type Way } from '../describe/security.ts';
import { cookieOf } from './access/session.ts';
import type { Json } from './openapi-json.ts';

/** How somebody shows who they are, by its name in the document, and which of it does. */
export interface DocumentSecurity {
  readonly security: readonly Json[];
  readonly securitySchemes: Json;
}

/**
 * A key or a token, a session as the page has it, or a client certificate. `ways`: those that the service knows; none
 * as long as nobody has to. Whoever is let in without sees what they may: then nothing is needed for it.
 */
export function securityFor(request: FastifyRequest, ways: readonly Way[]): DocumentSecurity {
  const byBearer = ways.length === 0 || ways.includes('bearer');
  const byCertificate = ways.includes('certificate');
  return {
    security: [
      ...(request.caller.name === 'anonymous' ? [{}] : []),
      ...(byBearer ? [{ key: [] }, { session: [], csrf: [] }] : []),
      ...(byCertificate ? [{ certificate: [] }] : []),
    ],
    securitySchemes: {
      ...(byBearer ? { key: operationSchemes.bearer, ...sessionSchemes(cookieOf(request)) } : {}),
      ...(byCertificate ? { certificate: operationSchemes.certificate } : {}),
    },
  };
}

function sessionSchemes(cookie: string): Json {
  return {
    session: { type: 'apiKey', in: 'cookie', name: cookie, description: 'As POST /v1/session sets it.' },
    csrf: {
      type: 'apiKey',
      in: 'header',
      name: 'Bellcrank-CSRF-Token',
      description: 'With the cookie, for what changes something.',
    },
  };
}
