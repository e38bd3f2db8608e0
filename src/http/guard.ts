import type { FastifyRequest } from 'fastify';
import { isIPv4, isIPv6 } from 'node:net';
import { BellcrankError } from '../errors.ts';
import { headerLines } from './headers/lines.ts';
import type { Way } from './way.ts';

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

const keyless = 'a page of another origin sends a key or a token of its own with this, as in Authorization: Bearer …';

/**
 * Keeps other web sites' pages off. A browser sends requests to this machine for any page it shows: the Host header
 * unmasks DNS rebinding, the Origin header a cross-site form or fetch, Sec-Fetch-Site an image, a script or a frame. A
 * link that somebody follows is neither. Programs send none of the two and are not touched.
 */
export function guardOrigin(way: Way, allowedHosts: readonly string[], origins: ReadonlySet<string> = new Set()): void {
  const allowed = new Set(allowedHosts.map((host) => host.toLowerCase()));
  const isOurs = ofLast((authority) => {
    const host = hostName(authority);
    return host === 'localhost' || isAddress(host) || allowed.has(host);
  });
  way.guard((request) => {
    // RFC 9112 §3.2: of two the next program on the way may believe the other one.
    if (!hasOne(request, 'host')) throw new BellcrankError('invalid-request', 'send one Host header');
    if (!isOurs(authorityOf(request))) {
      throw new BellcrankError('forbidden', 'the Host header names another machine; add it to server.allowedHosts');
    }
    const isSafe = safeMethods.has(request.method);
    const isForeign = isSafe ? isEmbedded(request, origins) : isCrossSite(request) && !isInvited(request, origins);
    if (!isForeign) return;
    if (!isSafe && origins.has(request.headers.origin ?? '')) throw new BellcrankError('forbidden', keyless);
    throw new BellcrankError('forbidden', whyForeign(request));
  });
}

/** One that says something, and no other: Node keeps the first and drops the others. */
function hasOne({ raw: { rawHeaders } }: FastifyRequest, name: string): boolean {
  const [first = '', ...others] = headerLines(rawHeaders, name);
  return first !== '' && others.length === 0;
}

/** Who asks again mostly says the same. */
function ofLast(judge: (text: string) => boolean): (text: string) => boolean {
  let last = { text: '', verdict: judge('') };
  return (text) => {
    if (text !== last.text) last = { text, verdict: judge(text) };
    return last.verdict;
  };
}

/** RFC 9112 §3.2.2: a request target that names a host counts, and the Host header beside it does not. */
function authorityOf({ raw: { url = '' }, headers: { host = '' } }: FastifyRequest): string {
  return url.startsWith('/') || url === '*' ? host : (URL.parse(url)?.host ?? '');
}

/**
 * Whether another site's page makes the browser ask for it (Fetch Metadata): it cannot read the answer, but has the
 * service do something, and keeps its connections busy.
 */
function isEmbedded({ headers }: FastifyRequest, origins: ReadonlySet<string>): boolean {
  const { origin = '', 'sec-fetch-site': site = 'none', 'sec-fetch-mode': mode, 'sec-fetch-dest': dest } = headers;
  if (site === 'none' || site === 'same-origin' || origins.has(origin)) return false;
  return mode !== 'navigate' || dest !== 'document';
}

/** It takes a name to have a browser send a page’s requests elsewhere than where the page came from. */
function isAddress(host: string): boolean {
  return isIPv4(host) || (/^\[.*\]$/.test(host) && isIPv6(host.slice(1, -1)));
}

/** Whether a Host header names this machine as only it does itself. */
export function isLoopbackName(host: string): boolean {
  return loopback.test(hostName(host));
}

/** A browser that calls it the same origin has the page from where it sends this: something in between changed the name. */
function whyForeign({ headers: { 'sec-fetch-site': site } }: FastifyRequest): string {
  if (site !== 'same-origin') return 'a page of another site sent this; only this service’s own pages may';
  const proxy =
    'the proxy in between must hand on the Host header as it came (nginx: proxy_set_header Host $http_host)';
  return `the Host header is another one than that of the page’s own address; ${proxy}`;
}

/** Pages of origins that are configured come with a key or a token; cookies alone might be sent without their doing. */
function isInvited({ headers: { origin = '', authorization = '' } }: FastifyRequest, origins: ReadonlySet<string>) {
  return origins.has(origin) && /^bearer /i.test(authorization);
}

/** Without the port; an IPv6 address keeps its brackets. */
function hostName(host: string): string {
  return host.toLowerCase().replace(/:\d{1,5}$/, '');
}

function isCrossSite(request: FastifyRequest): boolean {
  const { origin } = request.headers;
  if (origin === undefined) return false;
  return URL.parse(origin)?.host !== authorityOf(request).toLowerCase();
}
