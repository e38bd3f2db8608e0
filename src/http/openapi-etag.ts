/**
 * Whether `If-None-Match` names what the client would get (RFC 9110 §13.1.2): `*`, or a list of entity-tags of which
 * one matches by weak comparison (§8.8.3.2: `W/` does not count). A comma may stand within a tag.
 */
export function matchesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  return [...ifNoneMatch.matchAll(/(?:W\/)?("[^"]*")/g)].some(([, opaque]) => opaque === etag);
}
