import type { Clock } from '../clock.ts';
import type { Leases } from '../command/leases/leases.ts';
import type { Registry } from '../device/registry.ts';
import type { DiscoveryService } from '../discovery/discovery.ts';
import { Feed } from '../http/stream/feed.ts';
import { Stream } from '../stream/index.ts';
import type { AppParts } from './parts.ts';

const bytesPerMegabyte = 1_000_000;

export function streamOf({ config: { server }, clock, log }: AppParts): Stream {
  return new Stream({
    clock,
    maxEntries: server.streamEntries,
    maxBytes: server.streamMegabytes * bytesPerMegabyte,
    failed: (error) => log.error({ err: error }, 'who follows the stream failed'),
  });
}

/** Leases and discovery are made later than what tells of them. */
export function feedOf(
  stream: Stream,
  clock: Clock,
  { registry, leases, discovery }: { registry: Registry; leases: () => Leases; discovery: () => DiscoveryService },
): Feed {
  return new Feed({
    stream,
    clock,
    find: (id) => registry.find(id),
    leaseOf: (device) => leases().get(device),
    candidateOf: (id) => discovery().find(id),
  });
}
