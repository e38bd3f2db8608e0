/** Whether what a page shows is what came: where the page has `…`, anything may stand. */
export function sameText(shown: string, came: string): boolean {
  const parts = shown
    .trim()
    .split('…')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^]*?')}$`, 'u').test(came.trim());
}

const volatile = /^([0-9a-f]{8}-[0-9a-f-]{27}|\/v1\/commands\/.*|\d{4}-\d\d-\d\dT[\d:.]+Z)$/;

/** What differs from run to run has the same shape: ids and times. Everything else is the same, keys included. */
export function sameJson(shown: unknown, came: unknown): boolean {
  if (typeof shown === 'string' && typeof came === 'string') {
    return shown === came || (volatile.test(shown) && volatile.test(came));
  }
  if (typeof shown !== 'object' || shown === null || typeof came !== 'object' || came === null) return shown === came;
  const keys = Object.keys(shown);
  if (keys.length !== Object.keys(came).length) return false;
  return keys.every((key) => sameJson(Reflect.get(shown, key), Reflect.get(came, key)));
}
