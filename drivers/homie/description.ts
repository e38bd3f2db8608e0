import { type Fields, fieldOf, isFields, payloadFields, word, words } from '../../src/driver/index.ts';
import { typeOf, type ValueType } from './types.ts';

const maxDescriptionBytes = 256 * 1024;
const maxProperties = 500;
const maxNodes = 200;

/** One property of a node. */
export interface HomieProperty {
  readonly node: string;
  readonly id: string;
  readonly title: string;
  readonly unit?: string;
  readonly settable: boolean;
  readonly retained: boolean;
  readonly type: ValueType;
}

/** What a device says of itself, whichever version of the convention it follows. */
export interface Announced {
  readonly name: string;
  readonly type?: string;
  readonly root?: string;
  readonly extensions: readonly string[];
  readonly properties: readonly HomieProperty[];
  /** What was not understood, and why. */
  readonly leftOut: readonly string[];
}

/** An identifier, which is a level of a topic as well ("Topic IDs"). */
export function idOf(value: unknown): string | undefined {
  const id = word(value);
  return id !== undefined && /^[a-z\d](?:[a-z\d-]*[a-z\d])?$/.test(id) ? id : undefined;
}

/** Attributes of a property before they are understood. */
export interface Attributes {
  readonly datatype: string;
  readonly name?: string | undefined;
  readonly format?: string | undefined;
  readonly unit?: string | undefined;
  readonly settable: boolean;
  readonly retained: boolean;
}

/** Gathers properties, within bounds. */
export class Gathering {
  readonly properties: HomieProperty[] = [];
  readonly leftOut: string[] = [];
  readonly #version: 4 | 5;

  constructor(version: 4 | 5) {
    this.#version = version;
  }

  take(node: string, nodeName: string | undefined, id: string, given: Attributes): void {
    const type = typeOf(given.datatype, given.format, this.#version);
    if (typeof type === 'string') return this.leave(`${node}/${id}`, type);
    if (this.properties.length >= maxProperties) return this.leave(`${node}/${id}`, `only ${maxProperties} are taken`);
    const { settable, retained, unit } = given;
    const title = [nodeName ?? node, given.name ?? id].join(': ');
    this.properties.push({ node, id, title, settable, retained, type, ...(unit !== undefined && { unit }) });
  }

  leave(what: string, why: string): void {
    if (this.leftOut.length < 20) this.leftOut.push(`${what} (${why})`);
  }
}

/** The description document of Homie 5; undefined if it is none. */
export function readDescription(payload: Uint8Array): Announced | undefined {
  const document = payloadFields(payload, maxDescriptionBytes);
  if (document === undefined || !/^5\.\d+$/.test(word(fieldOf(document, 'homie')) ?? '')) return undefined;
  const gathering = new Gathering(5);
  const nodes = fieldOf(document, 'nodes');
  for (const [id, node] of entriesOf(nodes).slice(0, maxNodes)) takeNode(gathering, id, node);
  const root = idOf(fieldOf(document, 'root'));
  const type = word(fieldOf(document, 'type'));
  const extensions = fieldOf(document, 'extensions');
  return {
    name: words(fieldOf(document, 'name')) ?? '',
    ...(type !== undefined && { type }),
    ...(root !== undefined && { root }),
    extensions: (Array.isArray(extensions) ? extensions.slice(0, 50) : []).flatMap((text) => word(text) ?? []),
    properties: gathering.properties,
    leftOut: gathering.leftOut,
  };
}

function takeNode(gathering: Gathering, id: string, node: unknown): void {
  if (idOf(id) === undefined || !isFields(node)) return gathering.leave(id.slice(0, 60), 'it is no node');
  const name = words(fieldOf(node, 'name'));
  for (const [propertyId, property] of entriesOf(fieldOf(node, 'properties')).slice(0, maxProperties + 1)) {
    const datatype = isFields(property) ? word(fieldOf(property, 'datatype')) : undefined;
    if (idOf(propertyId) === undefined || !isFields(property) || datatype === undefined) {
      gathering.leave(`${id}/${propertyId.slice(0, 60)}`, 'it is no property');
    } else gathering.take(id, name, propertyId, { datatype, ...attributesOf(property) });
  }
}

function attributesOf(property: Fields): Omit<Attributes, 'datatype'> {
  const format = fieldOf(property, 'format');
  return {
    name: words(fieldOf(property, 'name')),
    format: typeof format === 'string' ? format : undefined,
    unit: word(fieldOf(property, 'unit')),
    settable: fieldOf(property, 'settable') === true,
    retained: fieldOf(property, 'retained') !== false,
  };
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return isFields(value) ? Object.entries(value) : [];
}
