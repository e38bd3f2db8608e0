import { createHmac } from 'node:crypto';

const prefix = 'whsec_';

/** The key of a secret as Standard Webhooks writes it: `whsec_` and base64. */
export function keyOf(secret: string): Buffer {
  return Buffer.from(secret.slice(prefix.length), 'base64');
}

/**
 * The headers that vouch for one attempt (Standard Webhooks 1.0.0, "Webhook headers" and "Symmetric signatures"): HMAC-SHA256
 * of id, time and body. `at` is the time of the attempt, ms since 1970; receivers refuse what is older than some minutes.
 */
export function signed(key: Buffer, id: string, at: number, body: string): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(at / 1000));
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}
