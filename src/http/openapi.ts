import type { Caller } from '../access/caller.ts';
import { onSome, type RouteAccess } from './access/declared.ts';
import { declarations, seenPaths } from './access/seen-operations.ts';
import { withDocumentHeaders } from './document.ts';
import type { Json } from './openapi-json.ts';
import swagger from '@fastify/swagger';
import { Type } from '@sinclair/typebox';
import type { FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import { chosen, type DocumentFilter, isWhole } from './openapi-choice.ts';
import { openapiDocument } from './openapi-document.ts';
import { type DocumentSecurity, securityFor } from './openapi-security.ts';
import { matchesEtag } from './openapi-etag.ts';
import { readDrivers } from './read-drivers.ts';
import { referenceRoutes } from './reference.ts';
import { type App, closed, type Services } from './routes.ts';

/** Documents kept, one per filter, scopes and credentials; all are dropped when the registry changes. */
const maxCached = 50;

const Filter = closed({
  device: Type.Optional(Type.String({ maxLength: 100 })),
  model: Type.Optional(Type.String({ maxLength: 100 })),
});

interface Cached {
  readonly text: string;
  readonly etag: string;
}

/** `/openapi.json` follows the devices that come and go; `/docs` shows it. */
export async function openapiRoutes(app: App, services: Services): Promise<void> {
  const { version } = services;
  const declared = declarations(app);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Bellcrank',
        version,
        description: 'Typed HTTP endpoints for the devices that are attached to this service.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/' }],
      tags: [
        { name: 'devices', description: 'What is attached.' },
        { name: 'commands', description: 'What was asked for, and what became of it.' },
        { name: 'stream', description: 'Everything as it happens.' },
        { name: 'leases', description: 'Exclusive control of a device, for a time.' },
        { name: 'stop', description: 'A convenience, not a safety function.' },
        { name: 'models', description: 'What can be attached.' },
        { name: 'discovery', description: 'What announces itself, and can become a device.' },
        {
          name: 'simulators',
          description: 'What stands in for devices that are not real, and how to make it misbehave.',
        },
        { name: 'web of things', description: 'What consumers of W3C Thing Descriptions use.' },
        { name: 'ports', description: 'What it can be attached to.' },
        { name: 'configuration', description: 'The file that the service was started with.' },
        { name: 'access', description: 'Who one is, API keys, and who is signed in.' },
        { name: 'health', description: 'The service itself.' },
      ],
    },
  });
  const documents = new Documents(app, services, declared);
  const readable = (): Promise<void> => readDrivers(services.registry.drivers);
  referenceRoutes(app, readable, (request) => documents.get({}, request).text);
  app.get(
    '/openapi.json',
    { config: onSome('read'), schema: { hide: true, querystring: Filter } },
    async (request, reply) => {
      if (isWhole(request.query)) await readable();
      const { text, etag } = documents.get(request.query, request);
      void withDocumentHeaders(reply, etag);
      if (matchesEtag(request.headers['if-none-match'], etag)) return reply.code(304).send();
      return reply.type('application/json; charset=utf-8').serializer(String).send(text);
    },
  );
}

class Documents {
  readonly #app: App;
  readonly #services: Services;
  readonly #declared: ReadonlyMap<string, RouteAccess>;
  readonly #cache = new Map<string, Cached>();
  #revision = -1;

  constructor(app: App, services: Services, declared: ReadonlyMap<string, RouteAccess>) {
    this.#app = app;
    this.#services = services;
    this.#declared = declared;
  }

  get(filter: DocumentFilter, request: FastifyRequest): Cached {
    const { registry, access } = this.#services;
    const { caller } = request;
    const secured = securityFor(request, access.ways());
    if (this.#revision !== registry.revision || this.#cache.size >= maxCached) this.#cache.clear();
    this.#revision = registry.revision;
    // Whoever has the same scopes sees the same, as long as no device changes.
    const key = JSON.stringify([filter.device, filter.model, caller.scopes.toSorted(), secured]);
    const cached = this.#cache.get(key) ?? this.#build(filter, caller, secured);
    this.#cache.set(key, cached);
    return cached;
  }

  #build(filter: DocumentFilter, caller: Caller, { security, securitySchemes }: DocumentSecurity): Cached {
    const { registry, simulators } = this.#services;
    const all = this.#app.swagger() as Json;
    const paths = seenPaths(all['paths'] as Json, this.#declared, caller);
    const components = { ...(all['components'] as Json | undefined), securitySchemes };
    const base = { ...all, security, components, paths };
    const choice = chosen(registry, filter, caller);
    const simulated = choice.devices.flatMap((device) => simulators.find(device) ?? []);
    const text = JSON.stringify(openapiDocument({ base, ...choice, simulated, caller }));
    return { text, etag: `"${createHash('sha256').update(text).digest('base64url')}"` };
  }
}
