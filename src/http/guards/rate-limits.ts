import { networkOf } from '../../access/network.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../clock.ts';
import { BellcrankError } from '../../errors.ts';
import type { Limits } from '../listening/limits.ts';
import { factsOf } from '../route-facts.ts';
import type { Way } from '../way.ts';
import { type Allowance, Rates } from './rates.ts';

/** Slows down who asks for more than their part. */
export class RateLimits {
  readonly #clients: Rates | undefined;
  readonly #devices: Rates | undefined;

  constructor({ clientRequestsPerSecond, deviceRequestsPerSecond }: Limits, clock: Clock) {
    if (clientRequestsPerSecond > 0) this.#clients = new Rates('client', clientRequestsPerSecond, clock);
    if (deviceRequestsPerSecond > 0) this.#devices = new Rates('device', deviceRequestsPerSecond, clock);
  }

  /** Once it is known who asks, and before anything is done for them. */
  guard(way: Way): void {
    const rates = this.#clients;
    if (rates === undefined) return;
    way.guard((request, reply) => {
      if (!factsOf(request).isExempt) charge(rates, clientOf(request), reply);
    });
  }

  /** Once it is known that they may: whoever may not does not use up what others have. */
  guardDevices(way: Way): void {
    const rates = this.#devices;
    if (rates === undefined) return;
    way.guard((request, reply) => {
      const { id } = (request.params ?? {}) as { id?: string };
      const { isOfDevice, isExempt } = factsOf(request);
      if (id !== undefined && isOfDevice && !isExempt) charge(rates, id, reply);
    });
  }
}

function charge(rates: Rates, key: string, reply: FastifyReply): void {
  const allowance = rates.take(key);
  tell(reply, rates, allowance);
  if (allowance.isAllowed) return;
  const who = rates.name === 'client' ? 'you send' : `${key.slice(0, 63)} is sent`;
  const detail = `${who} more than ${rates.perSecond} requests a second; send fewer`;
  throw new BellcrankError('rate-limited', detail, { retryAfterMs: allowance.nextMs });
}

/** By name; without one there is only the address, or its network. A name cannot be mistaken for an address: it has a colon and letters. */
function clientOf({ caller, ip }: FastifyRequest): string {
  return caller.name === 'anonymous' ? networkOf(ip) : caller.name;
}

/**
 * Both fields are lists of structured fields (RFC 9651), one member for each policy
 * (draft-ietf-httpapi-ratelimit-headers-11): how many in how many seconds, and how many are left until when.
 */
function tell(reply: FastifyReply, rates: Rates, { remaining, fullMs }: Allowance): void {
  const { name, burst } = rates;
  const seconds = Math.max(1, Math.ceil(fullMs / 1000));
  add(reply, 'ratelimit-policy', `"${name}";q=${burst};w=2`);
  add(reply, 'ratelimit', `"${name}";r=${remaining};t=${seconds}`);
}

function add(reply: FastifyReply, header: string, member: string): void {
  const before = reply.getHeader(header);
  void reply.header(header, before === undefined ? member : `${String(before)}, ${member}`);
}
