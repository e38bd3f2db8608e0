import type { Selection } from '../expression/selection.ts';
import type { StreamType } from '../stream/index.ts';

/** One receiver, as it is configured. */
export interface WebhookSettings extends Selection {
  readonly name: string;
  /** May hold a secret: only its origin is ever shown. */
  readonly url: string;
  /** `whsec_` and base64 (Standard Webhooks, "Signature scheme"): never print it. */
  readonly secret: string;
  /** What it is told of. */
  readonly types: readonly StreamType[];
  /** How long one delivery may take. */
  readonly timeoutMs: number;
  /** Events that wait at most; the oldest go. */
  readonly queueEvents: number;
  /** What they may take together, in MB. */
  readonly queueMegabytes: number;
}
