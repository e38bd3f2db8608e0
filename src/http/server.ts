import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify, { type FastifyInstance } from 'fastify';
import { validate } from '../driver/schema.ts';
import type { JsonSchema } from '../driver/spec.ts';
import { BellcrankError, type InputError } from '../errors.ts';
import { commandRoutes } from './commands.ts';
import { deviceManagementRoutes, deviceRoutes } from './devices.ts';
import { handleErrors, sendProblem, toBellcrankError } from './errors.ts';
import { guardOrigin } from './guard.ts';
import { parseJson } from './json.ts';
import { handleUnknownRoutes } from './not-found.ts';
import { openapiRoutes } from './openapi.ts';
import { problemOf } from './problem.ts';
import { propertyRoutes } from './properties.ts';
import type { App, Services } from './routes.ts';
import { serviceRoutes } from './service.ts';
import { stopRoutes } from './stops.ts';

export interface ServerSettings {
  readonly bodyLimitBytes: number;
  /** Names in the Host header beside those of the loopback interface. */
  readonly allowedHosts: readonly string[];
}

/** The HTTP side: routes, strict input, and every error as problem+json. */
export async function createServer(services: Services, settings: ServerSettings): Promise<FastifyInstance> {
  const app = Fastify({
    bodyLimit: settings.bodyLimitBytes,
    forceCloseConnections: true,
    requestTimeout: 30_000,
    keepAliveTimeout: 10_000,
    routerOptions: { maxParamLength: 200 },
    logger: false,
    frameworkErrors: (error, _request, reply) => {
      void sendProblem(reply, problemOf(toBellcrankError(error)));
    },
    clientErrorHandler: answerMalformed,
  }).withTypeProvider<TypeBoxTypeProvider>() as unknown as App;
  acceptJsonOnly(app);
  validateStrictly(app);
  handleErrors(app, services.log);
  guardOrigin(app, settings.allowedHosts);
  app.addHook('onRequest', async () => await services.started);
  flagSimulated(app, services);
  handleUnknownRoutes(app);
  await openapiRoutes(app, services);
  app.after(() => {
    deviceRoutes(app, services);
    deviceManagementRoutes(app, services);
    propertyRoutes(app, services);
    commandRoutes(app, services);
    stopRoutes(app, services);
    serviceRoutes(app, services);
  });
  return app;
}

/** Whatever is said of a simulated device, errors included, carries this header. */
function flagSimulated(app: App, { registry }: Services): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    const { id } = (request.params ?? {}) as { id?: string };
    const isDevice = request.routeOptions.url?.startsWith('/v1/devices/:id') === true;
    if (isDevice && registry.find(id ?? '')?.simulated === true) void reply.header('bellcrank-simulated', 'true');
    done(null, payload);
  });
}

function acceptJsonOnly(app: App): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, parseJson(body.toString()));
    } catch (error) {
      done(error as Error);
    }
  });
}

/** One validator for everything that comes in; Fastify's own would coerce and drop. */
function validateStrictly(app: App): void {
  app.setValidatorCompiler(({ schema, httpPart }) => {
    return (value: unknown) => {
      const errors = validate(schema as JsonSchema, value);
      return errors.length === 0 ? { value } : { error: invalid(errors, httpPart ?? 'request') };
    };
  });
  // Answers are built here from validated values; JSON.stringify writes them as they are.
  app.setSerializerCompiler(() => (value) => JSON.stringify(value));
}

function invalid(errors: readonly InputError[], part: string): BellcrankError {
  const [first] = errors;
  const where = first?.pointer === '' ? `the ${part}` : `${part} ${first?.pointer}`;
  return new BellcrankError('invalid-request', `${where} ${first?.detail}`, { errors });
}

/** For bytes that are no HTTP request: answered on the bare socket, since there is no request to reply to. */
function answerMalformed(
  error: NodeJS.ErrnoException,
  socket: { writable: boolean; end(text: string): void; destroy(): void },
): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return socket.destroy();
  const tooLarge = error.code === 'HPE_HEADER_OVERFLOW';
  const problem = problemOf(
    tooLarge
      ? new BellcrankError('headers-too-large', 'send smaller headers')
      : new BellcrankError('invalid-request', 'this is not a valid HTTP request'),
  );
  const body = JSON.stringify(problem);
  socket.end(
    `HTTP/1.1 ${problem.status} ${tooLarge ? 'Request Header Fields Too Large' : 'Bad Request'}\r\n` +
      `content-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
