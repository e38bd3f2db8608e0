import { word, words } from '../../src/driver/index.ts';
import { type Announced, Gathering, idOf } from './description.ts';

const maxAttributes = 5000;
const maxBytes = 4096;

/**
 * The attributes of one Homie 4 device, each in a retained message of its own, in whatever order the broker gives them.
 * Paths are relative to the device: `engine/temperature/$datatype`.
 */
export class AttributeTree {
  readonly #values = new Map<string, string>();

  /** Whether that changed anything. */
  put(path: string, payload: Uint8Array): boolean {
    if (payload.length === 0) return this.#values.delete(path);
    if (payload.length > maxBytes || (this.#values.size >= maxAttributes && !this.#values.has(path))) return false;
    const text = Buffer.from(payload).toString();
    if (this.#values.get(path) === text) return false;
    this.#values.set(path, text);
    return true;
  }

  /**
   * What they say together; undefined while what is required of each node and property is not there. `isQuiet`: nothing
   * more has come for a while, so that what is missing may be left out ("Property Attributes", Homie 3: a datatype).
   */
  announced(isQuiet = false): Announced | undefined {
    const gathering = new Gathering(4);
    const nodes = this.#list('$nodes', '', gathering);
    if (nodes === undefined) return undefined;
    for (const node of nodes) {
      const properties = this.#list(`${node}/$properties`, `${node}/`, gathering);
      if (properties === undefined) return undefined;
      const name = words(this.#values.get(`${node}/$name`));
      for (const id of properties) {
        const datatype = word(this.#values.get(`${node}/${id}/$datatype`)) ?? (isQuiet ? this.#otherwise : undefined);
        if (datatype === undefined) return undefined;
        gathering.take(node, name, id, { datatype, ...this.#attributes(`${node}/${id}`) });
      }
    }
    const { properties, leftOut } = gathering;
    return { name: words(this.#values.get('$name')) ?? '', extensions: [], properties, leftOut };
  }

  /** The datatype of a property that tells none. */
  get #otherwise(): string | undefined {
    return this.#values.get('$homie')?.startsWith('3.') ? 'string' : undefined;
  }

  #attributes(path: string) {
    const text = (attribute: string): string | undefined => this.#values.get(`${path}/$${attribute}`);
    return {
      name: words(text('name')),
      format: text('format'),
      unit: word(text('unit')),
      settable: text('settable') === 'true',
      retained: text('retained') !== 'false',
    };
  }

  /** Identifiers with commas between; what is none is left out. */
  #list(path: string, prefix: string, gathering: Gathering): readonly string[] | undefined {
    const ids = this.#values
      .get(path)
      ?.split(',')
      .filter((id) => id !== '');
    return ids && [...new Set(ids)].filter((id) => isId(`${prefix}${id.slice(0, 60)}`, id, gathering));
  }
}

function isId(what: string, id: string, gathering: Gathering): boolean {
  if (idOf(id) !== undefined) return true;
  // Homie 3.0.1, "Arrays".
  gathering.leave(what, id.endsWith('[]') ? 'it is an array of nodes' : 'it is no identifier');
  return false;
}
