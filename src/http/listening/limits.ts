/** What one client, or all together, may take of the service. */
export interface Limits {
  readonly connections: number;
  /** Of one address, but for loopback; 0: no limit. */
  readonly clientConnections: number;
  readonly headerBytes: number;
  readonly headerCount: number;
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly keepAliveTimeoutMs: number;
  /** 0: no limit, as in those that follow. */
  readonly clientRequestsPerSecond: number;
  readonly deviceRequestsPerSecond: number;
  readonly eventLoopDelayMs: number;
  readonly heapPercent: number;
}

export const defaultLimits: Limits = {
  connections: 4000,
  clientConnections: 1000,
  headerBytes: 16_384,
  headerCount: 100,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  keepAliveTimeoutMs: 10_000,
  clientRequestsPerSecond: 2000,
  deviceRequestsPerSecond: 0,
  eventLoopDelayMs: 1000,
  heapPercent: 95,
};
