import type { Exchange, LineSettings } from '../definition/definition.ts';

/** A line's times, as an exchange of frames takes them. */
export function timing(line: LineSettings) {
  const { replyTimeoutMs, interByteTimeoutMs, totalTimeoutMs, quietMs, gapMs, minIntervalMs } = line;
  return {
    replyTimeoutMs,
    interByteTimeoutMs,
    quietMs,
    gapMs,
    ...(totalTimeoutMs !== undefined && { totalTimeoutMs }),
    ...(minIntervalMs !== undefined && { minIntervalMs }),
  };
}

/** An exchange's own times, where it has them. */
export function timeouts({ replyTimeoutMs, interByteTimeoutMs, totalTimeoutMs }: Exchange) {
  return {
    ...(replyTimeoutMs !== undefined && { timeoutMs: replyTimeoutMs }),
    ...(interByteTimeoutMs !== undefined && { interByteTimeoutMs }),
    ...(totalTimeoutMs !== undefined && { totalTimeoutMs }),
  };
}
