import { asError, type BellcrankError } from '../../errors.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Socket } from 'node:net';
import type { PeerCertificate } from 'node:tls';
import type { Authenticate, Credentials } from '../../access/authenticator.ts';
import { type Caller, callerWith } from '../../access/caller.ts';
import type { Action, Need } from '../../access/scope.ts';
import type { Registry } from '../../device/registry.ts';
import { factsOf } from '../route-facts.ts';
import type { Way } from '../way.ts';
import { demandDeclarations, type RouteAccess } from './declared.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; somebody who may nothing in routes that need no credentials. */
    caller: Caller;
    /** Whether they may do what they ask for. */
    isAllowed: boolean;
    /** What was shown to say who asks lets nobody in. */
    failedSignIn?: { readonly hint: string | undefined };
  }
}

/** Shows that a page of the service’s own sent the session’s cookie. */
export const csrfHeader = 'bellcrank-csrf-token';

type Acting = Extract<RouteAccess, { action: Action }>;

/** Whoever was not asked who they are. */
const unasked = callerWith('anonymous', []);

/** What most bring along where there are no credentials. */
const nothing: Credentials = {};

/** How it is found out who asks. */
export interface Asking {
  readonly authenticate: Authenticate;
  /** What the other end of a connection proved to own. */
  readonly certificateOf: (socket: Socket) => PeerCertificate | undefined;
  /** Whether that counts still; also of a connection that is closed. */
  readonly isBelieved: (socket: Socket) => boolean;
}

/** Says who asks. Runs before anything else of a request is looked at, but for the site that it came from. */
export function authenticateRequests(
  app: FastifyInstance,
  way: Way,
  { authenticate, certificateOf, isBelieved }: Asking,
): void {
  demandDeclarations(app);
  app.decorateRequest('caller');
  app.decorateRequest('isAllowed', false);
  const known = fromLast();
  const shownBy = (request: FastifyRequest): Credentials => {
    const { socket } = request.raw;
    const { authorization, cookie } = request.headers;
    const certificate = certificateOf(socket);
    if (authorization === undefined && cookie === undefined && certificate === undefined) return nothing;
    return { ...credentialsOf(request), certificate, isBelieved: () => isBelieved(socket) };
  };
  way.guard((request) => {
    const { access } = factsOf(request);
    const isOpen = access.over === 'nobody';
    request.caller = unasked;
    if (isOpen && access.asks === undefined) return undefined;
    try {
      const caller = authenticate(shownBy(request));
      // Who has no credentials is known at once.
      if (caller instanceof Promise) return waitFor(caller, request, isOpen);
      request.caller = known(caller, request.ip);
    } catch (error) {
      turnAway(error, request, isOpen);
    }
    return undefined;
  });
  const waitFor = async (caller: Promise<Caller>, request: FastifyRequest, isOpen: boolean): Promise<void> => {
    request.caller = { ...unasked, from: request.ip };
    try {
      request.caller = known(await caller, request.ip);
    } catch (error) {
      turnAway(error, request, isOpen);
    }
  };
}

/** What is open is served to whoever cannot say who they are, too; they came from somewhere like everybody. */
function turnAway(error: unknown, request: FastifyRequest, isOpen: boolean): void {
  request.caller = { ...unasked, from: request.ip };
  if (!isOpen) throw asError(error);
}

/** Who asks again mostly comes from where they came from before: a caller is told where that is once. */
function fromLast(): (caller: Caller, from: string) => Caller {
  let last: { caller: Caller; from: string; told: Caller } | undefined;
  return (caller, from) => {
    if (last?.caller !== caller || last.from !== from) last = { caller, from, told: { ...caller, from } };
    return last.told;
  };
}

/** The one place where a route is allowed or not. Runs when the devices are known, since labels decide. */
export function authoriseRequests(way: Way, registry: Registry): void {
  way.guard((request) => {
    const { access } = factsOf(request);
    const refusal = 'action' in access ? refusalOf(access, request, registry) : undefined;
    request.isAllowed = refusal === undefined;
    if (refusal !== undefined) throw refusal;
  });
}

/** Everything in a request that says who asks, but for what its connection proved. */
export function credentialsOf(request: FastifyRequest): Credentials {
  const { headers, method, ip } = request;
  const { authorization, cookie, [csrfHeader]: csrfToken } = headers;
  const onFailed = (hint: string | undefined): void => void (request.failedSignIn = { hint });
  return { authorization, cookie, method, csrfToken: [csrfToken].flat()[0], from: ip, onFailed };
}

/** What is nobody's business is not told apart from what does not exist: both are refused alike. */
function refusalOf(access: Acting, request: FastifyRequest, registry: Registry): BellcrankError | undefined {
  const { caller } = request;
  if (access.over === 'some' && caller.mayAnywhere(access.action)) return undefined;
  return caller.refusal(needOf(access, request, registry));
}

function needOf({ over, action, command }: Acting, request: FastifyRequest, registry: Registry): Need {
  if (over !== 'device' && over !== 'command') return { action };
  const { id = '', name = '' } = request.params as { id?: string; name?: string }; // every such route has them
  const device = { id, labels: registry.find(id)?.labels ?? {} };
  if (over === 'device') return { action, device, ...(command === undefined ? {} : { command }) };
  // Routes of properties name a property; its write is a command.
  return { action, device, command: factsOf(request).isOfProperty ? `write:${name}` : name };
}
