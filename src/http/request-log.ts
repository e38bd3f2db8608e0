import type { FastifyReply, FastifyRequest } from 'fastify';
import { printable } from '../errors.ts';
import type { Answered } from '../observe/request-log.ts';
import { traceRequests } from './request-trace.ts';
import type { App, Services } from './routes.ts';

const longestPath = 200;
const aboutOneDevice = /^\/v1\/(devices|simulators)\/:id(\/|$)/;

/** Requests as others see them: in the log, and in traces. */
export function followRequests(app: App, services: Services): void {
  logRequests(app, services);
  traceRequests(app, services);
}

/** Hands on what is to be logged of requests, once they are answered. The query is left out: it may hold a secret. */
function logRequests(app: App, { requests, registry }: Services): void {
  app.addHook('onClose', (_, done) => {
    requests.flush();
    done();
  });
  if (requests.which === 'off') return;
  app.addHook('onResponse', (request, reply, done) => {
    if (requests.wants(reply.statusCode)) requests.take(answeredOf(request, reply, registry));
    done();
  });
}

function answeredOf(request: FastifyRequest, reply: FastifyReply, registry: Services['registry']): Answered {
  const { method, url, routeOptions, caller, ip } = request;
  const route = routeOptions.url ?? 'none';
  const [path = ''] = url.split('?');
  const common = { method, route, path: printable(path.slice(0, longestPath)), status: reply.statusCode };
  const ms = Math.round(reply.elapsedTime * 1000) / 1000;
  return { ...common, ms, by: caller.name, from: ip, ...aboutDevice(request, route, registry) };
}

function aboutDevice({ params }: FastifyRequest, route: string, registry: Services['registry']) {
  if (!aboutOneDevice.test(route)) return {};
  const device = registry.find((params as { id?: string }).id ?? ''); // every such route has one
  return device === undefined ? {} : { device: device.id, ...(device.simulated && { simulated: true as const }) };
}
