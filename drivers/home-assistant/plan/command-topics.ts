/** Why a component may not be sent commands on a topic; undefined: it may. */
export type Refusal = (topic: string) => string | undefined;

/** Where a Bellcrank takes wishes (`docs/northbound.md`): with the rights of its bridge, and not of who asks here. */
const northbound = [
  /.\/[a-z0-9]{1,32}\/[a-z0-9-]{1,63}\/(?:properties|commands)\/[a-z0-9-]+\/set$/,
  /^bellcrank\/[a-z0-9]{1,32}\/[a-z0-9-]{1,63}\/stop\/set$/,
];

/**
 * No device announces others or speaks for Home Assistant itself. Other topics under the prefix are taken: Home
 * Assistant's own examples command devices there.
 */
export function neverADevices(prefix: string): Refusal {
  return (topic) => {
    const announces = topic.startsWith(`${prefix}/`) && topic.endsWith('/config');
    if (announces || topic === `${prefix}/status`) return `its command topic ${shown(topic)} is one of discovery`;
    if (northbound.some((form) => form.test(topic)))
      return `its command topic ${shown(topic)} is one on which a Bellcrank takes commands`;
    return undefined;
  };
}

/** A device, for the others. */
export interface Commanded {
  readonly called: string;
  readonly commandTopics: readonly string[];
}

/**
 * Which device is commanded on a topic: two of them would get around each other's limits, leases and stops. Kept by the
 * digests of topics: the texts of those of ten thousand devices would be megabytes.
 */
export class CommandTopics {
  readonly #byDigest = new Map<number, Commanded | readonly Commanded[]>();

  ownerOf(topic: string): Commanded | undefined {
    return this.#at(digest(topic)).find(({ commandTopics }) => commandTopics.includes(topic));
  }

  add(device: Commanded): void {
    for (const key of digests(device)) {
      const there = this.#at(key);
      this.#byDigest.set(key, there.length === 0 ? device : [...there, device]);
    }
  }

  remove(device: Commanded): void {
    for (const key of digests(device)) {
      const [first, ...others] = this.#at(key).filter((other) => other !== device);
      if (first === undefined) this.#byDigest.delete(key);
      else this.#byDigest.set(key, others.length === 0 ? first : [first, ...others]);
    }
  }

  #at(key: number): readonly Commanded[] {
    const there = this.#byDigest.get(key) ?? [];
    return 'called' in there ? [there] : there;
  }
}

function digests({ commandTopics }: Commanded): Set<number> {
  return new Set(commandTopics.map(digest));
}

/** FNV-1a, as far as it is a small integer, which weighs nothing. */
function digest(topic: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < topic.length; at++) hash = Math.imul(hash ^ topic.charCodeAt(at), 0x01000193);
  return hash & 0x3fffffff;
}

export function shown(topic: string): string {
  return JSON.stringify(topic.slice(0, 100));
}
