/** One level of topics or filters. */
interface Node<T> {
  below: Map<string, Node<T>> | undefined;
  value: T | undefined;
}

/**
 * Values by topic or by filter, a node per level, so that what fits is found without looking at what does not. Keys are
 * well formed (`isTopic`, `isFilter`). Walks go level by level without recursion: a topic may have 65,535 levels.
 */
export class TopicTree<T> {
  readonly #root: Node<T> = { below: undefined, value: undefined };
  readonly #onVisit: (() => void) | undefined;
  #size = 0;

  /** `onVisit` hears of each node that a walk looks at. */
  constructor(onVisit?: () => void) {
    this.#onVisit = onVisit;
  }

  get size(): number {
    return this.#size;
  }

  get(key: string): T | undefined {
    return this.#path(key)?.at(-1)?.[1].value;
  }

  set(key: string, value: T): void {
    let node = this.#root;
    for (const level of key.split('/')) node = childOf(node, level);
    if (node.value === undefined) this.#size++;
    node.value = value;
  }

  /** Leaves no node behind that leads nowhere. */
  delete(key: string): void {
    const path = this.#path(key);
    const last = path?.at(-1)?.[1];
    if (path === undefined || last?.value === undefined) return;
    last.value = undefined;
    this.#size--;
    for (let index = path.length - 1; index >= 0; index--) {
      const [level, node] = path[index] ?? [];
      if (level === undefined || node?.value !== undefined || node?.below !== undefined) return;
      removeChild(path[index - 1]?.[1] ?? this.#root, level);
    }
  }

  /** The values of the filters among the keys that a topic matches (as `matchesFilter` has it). */
  matching(topic: string): T[] {
    if (this.#size === 0) return [];
    const found: T[] = [];
    let nodes = [this.#root];
    for (const [index, level] of topic.split('/').entries()) {
      const wild = index > 0 || !level.startsWith('$');
      nodes = nodes.flatMap((node) => this.#step(node, level, wild, found));
      if (nodes.length === 0) break;
    }
    for (const node of nodes) {
      this.#keep(node, found);
      // `a/#` is for `a` too (MQTT 5.0 §4.7.1.2).
      this.#keep(node.below?.get('#'), found);
    }
    return found;
  }

  /** The values of the topics among the keys that match a filter. */
  matchedBy(filter: string): T[] {
    const found: T[] = [];
    let nodes = [this.#root];
    for (const [index, level] of filter.split('/').entries()) {
      if (level === '#') {
        this.#keepAll(nodes, index === 0, found);
        return found;
      }
      if (level === '+') nodes = nodes.flatMap((node) => this.#below(node, index === 0));
      else nodes = nodes.flatMap((node) => node.below?.get(level) ?? []);
    }
    for (const node of nodes) this.#keep(node, found);
    return found;
  }

  #step(node: Node<T>, level: string, wild: boolean, found: T[]): Node<T>[] {
    const { below } = node;
    if (wild) this.#keep(below?.get('#'), found);
    const next = [below?.get(level), wild ? below?.get('+') : undefined];
    return next.filter((child) => child !== undefined).map((child) => (this.#onVisit?.(), child));
  }

  /** At the front, wildcards stand for no `$…` (MQTT 5.0 §4.7.2). */
  #below(node: Node<T>, front: boolean): Node<T>[] {
    const children = [...(node.below ?? [])];
    return children.filter(([level]) => !front || !level.startsWith('$')).map(([, child]) => child);
  }

  #keepAll(from: readonly Node<T>[], front: boolean, found: T[]): void {
    for (let nodes = from, first = front; nodes.length > 0; first = false) {
      for (const node of nodes) this.#keep(node, found);
      const hidden = first;
      nodes = nodes.flatMap((node) => this.#below(node, hidden));
    }
  }

  #keep(node: Node<T> | undefined, found: T[]): void {
    if (node === undefined) return;
    this.#onVisit?.();
    if (node.value !== undefined) found.push(node.value);
  }

  /** The nodes on the way to a key, each with its level; undefined if there is no such way. */
  #path(key: string): (readonly [string, Node<T>])[] | undefined {
    const path: (readonly [string, Node<T>])[] = [];
    let node: Node<T> | undefined = this.#root;
    for (const level of key.split('/')) {
      node = node.below?.get(level);
      if (node === undefined) return undefined;
      path.push([level, node]);
    }
    return path;
  }
}

function childOf<T>(node: Node<T>, level: string): Node<T> {
  node.below ??= new Map();
  const known = node.below.get(level);
  if (known !== undefined) return known;
  const made: Node<T> = { below: undefined, value: undefined };
  node.below.set(level, made);
  return made;
}

function removeChild<T>(node: Node<T>, level: string): void {
  node.below?.delete(level);
  if (node.below?.size === 0) node.below = undefined;
}
