import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify, { type FastifyInstance, type FastifyRequest, type RawServerDefault } from 'fastify';
import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders, RequestListener } from 'node:http';
import { validate } from '../driver/schema.ts';
import type { Device } from '../device/device.ts';
import type { JsonSchema } from '../driver/spec.ts';
import { BellcrankError, type InputError } from '../errors.ts';
import type { Caller } from '../access/caller.ts';
import { authenticateRequests, authoriseRequests } from './access/authorise.ts';
import { mayRead } from './access/seen.ts';
import { auditRoutes } from './audit.ts';
import { auditRequests } from './audited.ts';
import { sessionRoutes } from './access/session.ts';
import { alarmRoutes } from './alarms.ts';
import { commandRoutes } from './commands.ts';
import { configRoutes } from './config.ts';
import { dashboardRoutes } from './dashboard/routes.ts';
import { deviceManagementRoutes, deviceRoutes } from './devices.ts';
import { discoveryRoutes } from './discovery.ts';
import { handleErrors, sendProblem, toBellcrankError } from './errors.ts';
import { guardOrigin } from './guard.ts';
import { keyRoutes } from './keys.ts';
import { guardAnswers, guards } from './guards/answers.ts';
import { allowOrigins } from './guards/cors.ts';
import { guardCrowd } from './guards/crowd.ts';
import { guardPressure } from './guards/pressure.ts';
import { RateLimits } from './guards/rate-limits.ts';
import { interlockRoutes } from './interlocks.ts';
import { historyRoutes } from './history.ts';
import { parseJson } from './json.ts';
import { handleUnknownRoutes } from './not-found.ts';
import { observingRoutes } from './metrics.ts';
import { maintenanceRoutes } from './maintenance.ts';
import { leaseRoutes } from './leases.ts';
import { meRoutes } from './me.ts';
import { Connections } from './listening/connections.ts';
import { defaultLimits, type Limits } from './listening/limits.ts';
import { serverOf, type TlsServing } from './listening/server.ts';
import { openapiRoutes } from './openapi.ts';
import { portRoutes } from './ports.ts';
import { answerMalformed, refuseTunnel } from './last-answer.ts';
import { problemOf } from './problem.ts';
import { problemPageRoutes } from './problem-pages.ts';
import { propertyRoutes } from './properties.ts';
import { Rehearsal } from './rehearsal.ts';
import { followRequests } from './request-log.ts';
import { factsOf } from './route-facts.ts';
import type { App, Services } from './routes.ts';
import { Way } from './way.ts';
import { serviceRoutes } from './service.ts';
import { simulatorButtonRoutes } from './simulator-buttons.ts';
import { simulatorFaultRoutes } from './simulator-faults.ts';
import { simulatorStateRoutes } from './simulator-state.ts';
import { simulatorTimeRoutes } from './simulator-time.ts';
import { simulatorsPageRoutes } from './simulators-page.ts';
import { simulatorRoutes } from './simulators.ts';
import { stopRoutes } from './stops.ts';
import { asyncApiRoutes } from './asyncapi.ts';
import { streamRoutes } from './stream/routes.ts';
import { traceRoutes } from './trace/routes.ts';
import { webhookRoutes } from './webhooks.ts';
import { wotActionRoutes } from './wot/actions.ts';
import { wotObservingRoutes } from './wot/observe.ts';
import { wotPropertyRoutes } from './wot/properties.ts';
import { thingDescriptionRoutes } from './wot/td.ts';

export interface ServerSettings {
  readonly bodyLimitBytes: number;
  /** Names in the Host header beside addresses and `localhost`. */
  readonly allowedHosts: readonly string[];
  /** How many may follow the live stream at once. */
  readonly streamClients: number;
  readonly limits?: Limits;
  /** HTTPS in place of HTTP. */
  readonly tls?: TlsServing | undefined;
  /** Whose pages may use the service. */
  readonly cors?: { readonly origins: readonly string[] } | undefined;
}

/** The HTTP side: routes, strict input, and every error as problem+json. */
export async function createServer(services: Services, settings: ServerSettings): Promise<FastifyInstance> {
  const { limits = defaultLimits, tls } = settings;
  const connections = new Connections(limits, services.clock);
  const app = fastifyWith(settings.bodyLimitBytes, (handler) =>
    serverOf(handler, limits, connections, tls, refuseTunnel),
  );
  acceptJsonOnly(app);
  const rehearsal = new Rehearsal(services.rehearsals);
  validateStrictly(app, rehearsal);
  handleErrors(app, services.log);
  const rates = new RateLimits(limits, services.clock);
  const way = await guardRequests(app, services, settings, { connections, rates });
  rehearsal.follow(app, way, services);
  holdUntilStarted(way, services);
  authoriseRequests(way, services.registry);
  rates.guardDevices(way);
  flagSimulated(app, services);
  followRequests(app, way, services);
  auditRequests(app, way, services);
  handleUnknownRoutes(app);
  await openapiRoutes(app, services);
  dashboardRoutes(app);
  await app.register((scoped, _options, done) => {
    scoped.removeAllContentTypeParsers();
    scoped.addContentTypeParser('*', (_request, payload, parsed) => {
      payload.resume();
      parsed(null);
    });
    stopRoutes(scoped, services);
    done();
  });
  app.after(() => {
    allAccessRoutes(app, services);
    deviceRoutes(app, services);
    deviceManagementRoutes(app, services);
    maintenanceRoutes(app, services);
    configRoutes(app, services);
    propertyRoutes(app, services);
    interlockRoutes(app, services);
    alarmRoutes(app, services);
    webhookRoutes(app, services);
    historyRoutes(app, services);
    traceRoutes(app, services);
    const readers = streamRoutes(app, services, { maxClients: settings.streamClients });
    commandRoutes(app, services);
    leaseRoutes(app, services);
    discoveryRoutes(app, services);
    allSimulatorRoutes(app, services);
    portRoutes(app, services);
    thingDescriptionRoutes(app, services);
    asyncApiRoutes(app, services);
    wotPropertyRoutes(app, services);
    wotActionRoutes(app, services);
    wotObservingRoutes(app, services, readers);
    serviceRoutes(app, services);
    observingRoutes(app, way, services);
    problemPageRoutes(app);
    simulatorsPageRoutes(app);
  });
  return app;
}

function fastifyWith(bodyLimit: number, serverFor: (handler: RequestListener) => object): App {
  return Fastify({
    bodyLimit,
    // Fastify loads its own only where there are no others.
    schemaController: { compilersFactory: { buildValidator: replaced, buildSerializer: replaced } },
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 200, ignoreTrailingSlash: true },
    // Fastify takes either kind of server, but names one.
    serverFactory: (handler) => serverFor(handler) as RawServerDefault,
    logger: false,
    frameworkErrors: (error, _request, reply) => {
      void sendProblem(reply.headers(guards), problemOf(toBellcrankError(error)));
    },
    clientErrorHandler: answerMalformed,
  }).withTypeProvider<TypeBoxTypeProvider>();
}

/** Requests wait for what they are about. How the service stands does not. */
function holdUntilStarted(way: Way, services: Services): void {
  const isOver = { known: false, started: false };
  services.known.then(() => (isOver.known = true)).catch(() => {});
  services.started.then(() => (isOver.started = true)).catch(() => {});
  way.guard((request) => {
    const { awaits } = factsOf(request);
    return awaits === undefined || isOver[awaits] ? undefined : services[awaits];
  });
}

/**
 * All that comes before a request is looked at, in this order: whether it is taken at all, and then who sends it. Returns the
 * way on.
 */
async function guardRequests(
  app: App,
  services: Services,
  { limits = defaultLimits, allowedHosts, cors, tls }: ServerSettings,
  { connections, rates }: { readonly connections: Connections; readonly rates: RateLimits },
): Promise<Way> {
  const origins = new Set(cors?.origins);
  const door = new Way(app);
  guardAnswers(app, door, limits.headerCount);
  acceptNothing(door);
  guardCrowd(door, connections);
  await allowOrigins(app, origins);
  // What tells browsers of other origins stands between the two: their pages can read why they are turned away.
  const way = origins.size === 0 ? door : new Way(app);
  guardOrigin(way, allowedHosts, origins);
  guardPressure(way, limits, services);
  authenticateRequests(app, way, {
    authenticate: services.access.authenticate,
    certificateOf: (socket) => tls?.certificates.of(socket),
    isBelieved: (socket) => tls?.certificates.believes(socket) === true,
  });
  rates.guard(way);
  return way;
}

/** Who asks, and what lets them in. */
function allAccessRoutes(app: App, services: Services): void {
  meRoutes(app, services);
  keyRoutes(app, services);
  auditRoutes(app, services);
  sessionRoutes(app, services);
}

/** Whatever can be done to a simulator over HTTP. */
function allSimulatorRoutes(app: App, services: Services): void {
  simulatorRoutes(app, services);
  simulatorFaultRoutes(app, services);
  simulatorStateRoutes(app, services);
  simulatorTimeRoutes(app, services);
  simulatorButtonRoutes(app, services);
}

/** Whatever is said of a simulated device, errors included, carries this header; a refusal does not say that it is there. */
function flagSimulated(app: App, { registry }: Services): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    const { id } = (request.params ?? {}) as { id?: string };
    const device = factsOf(request).isAboutDevice ? registry.find(id ?? '') : undefined;
    if (device?.simulated === true && isToldOf(request, device)) void reply.header('bellcrank-simulated', 'true');
    done(null, payload);
  });
}

function isToldOf(request: FastifyRequest, device: Device): boolean {
  // Who is sent away at the door has not been asked who they are.
  const caller = request.caller as Caller | undefined;
  return caller !== undefined && (request.isAllowed || mayRead(caller, device));
}

function acceptJsonOnly(app: App): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    try {
      checkEncoding(request.headers);
      // No bytes are no body, whatever type an HTTP client claims for them.
      // A buffer, as asked for; its type says either.
      done(null, body.length === 0 ? undefined : parseJson(utf8(body as Buffer)));
    } catch (error) {
      done(error as Error);
    }
  });
}

/** Many clients name a type, that of a form mostly, where they send nothing. */
function acceptNothing(way: Way): void {
  way.guard(({ headers }) => {
    if (headers['content-length'] === '0') delete headers['content-type'];
  });
}

/** JSON is UTF-8 (RFC 8259 §8.1), and bodies come as they are. */
function checkEncoding(headers: IncomingHttpHeaders): void {
  if (headers['content-type'] === 'application/json' && headers['content-encoding'] === undefined) return;
  const charset = /charset\s*=\s*"?([^\s;"]+)/i.exec(headers['content-type'] ?? '')?.[1] ?? 'utf-8';
  const encoding = headers['content-encoding'] ?? 'identity';
  if (/^utf-?8$/i.test(charset) && encoding === 'identity') return;
  throw new BellcrankError('unsupported-media-type', 'send application/json in UTF-8, without a content-encoding');
}

const byteOrderMark = '\uFEFF';

/** A byte order mark is left out (RFC 8259 §8.1). */
function utf8(bytes: Buffer): string {
  if (isUtf8(bytes)) {
    const text = bytes.toString('utf8');
    return text.startsWith(byteOrderMark) ? text.slice(1) : text;
  }
  const detail = 'is not valid UTF-8';
  throw new BellcrankError('invalid-request', `the body ${detail}`, { errors: [{ pointer: '', detail }] });
}

/** Never asked: `validateStrictly` says what compiles. */
function replaced(): never {
  throw new Error('invariant broken: nothing is compiled but by the compilers that the app is given');
}

/** One validator for everything that comes in; Fastify's own would coerce and drop. */
function validateStrictly(app: App, rehearsal: Rehearsal): void {
  app.setValidatorCompiler(({ schema, httpPart, method, url }) => {
    rehearsal.take({ schema, method, url });
    return (value: unknown) => {
      const errors = validate(schema as JsonSchema, value);
      return errors.length === 0 || { error: invalid(errors, httpPart ?? 'request') };
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
