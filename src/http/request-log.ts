import type { FastifyReply, FastifyRequest } from 'fastify';
import { printable } from '../errors.ts';
import type { Answered } from '../observe/request-log.ts';
import { traceRequests } from './request-trace.ts';
import { factsOf } from './route-facts.ts';
import type { App, Services } from './routes.ts';
import type { Way } from './way.ts';

const longestPath = 200;

/** Requests as others see them: in the log, and in traces. */
export function followRequests(app: App, way: Way, services: Services): void {
  logRequests(app, way, services);
  traceRequests(app, way, services);
}

/** Hands on what is to be logged of requests, once they are answered. The query is left out: it may hold a secret. */
function logRequests(app: App, way: Way, { requests, feed }: Services): void {
  app.addHook('onClose', (_, done) => {
    requests.flush();
    done();
  });
  if (requests.which === 'off') return;
  way.witness((request, reply) => {
    if (requests.wants(reply.statusCode)) requests.take(answeredOf(request, reply, feed));
  });
}

function answeredOf(request: FastifyRequest, reply: FastifyReply, feed: Services['feed']): Answered {
  const { method, url, caller, ip } = request;
  const route = factsOf(request).url || 'none';
  const [path = ''] = url.split('?');
  const common = { method, route, path: printable(path.slice(0, longestPath)), status: reply.statusCode };
  const ms = Math.round(reply.elapsedTime * 1000) / 1000;
  return { ...common, ms, by: caller.name, from: ip, ...aboutDevice(request, feed) };
}

function aboutDevice(request: FastifyRequest, feed: Services['feed']) {
  if (!factsOf(request).isAboutDevice) return {};
  const { id = '' } = request.params as { id?: string }; // every such route has one
  const device = feed.about(id);
  return device === undefined ? {} : { device: id, ...(device.simulated && { simulated: true as const }) };
}
