import { element } from './dom.js';

/** @typedef {import('./types.d.ts').Schema} Schema */

/**
 * A value of a form: where it is entered, and what is in there; undefined where it is left out.
 *
 * @typedef {{ readonly input: HTMLElement, readonly read: () => unknown }} Field
 */

let made = 0;

/**
 * Each field has an id of its own, for its label.
 *
 * @returns {string}
 */
export function freshId() {
  return `field-${++made}`;
}

/**
 * The words that a schema is limited to; undefined where it is not.
 *
 * @param {Schema} schema
 * @returns {readonly unknown[] | undefined}
 */
function choices({ enum: listed, anyOf }) {
  if (listed !== undefined) return listed;
  const constants = anyOf?.map((each) => each.const);
  return constants === undefined || constants.includes(undefined) ? undefined : constants;
}

/**
 * The field of a plain value; undefined for a schema that is more than that.
 *
 * @param {Schema} schema
 * @param {Readonly<Record<string, string | boolean>>} attributes
 * @param {boolean} required
 * @returns {Field | undefined}
 */
export function fieldOf(schema, attributes, required) {
  const words = choices(schema);
  if (words !== undefined) return choice(words, schema, attributes, required);
  if (schema.type === 'boolean') return choice([true, false], schema, attributes, required);
  if (schema.type === 'number' || schema.type === 'integer') return number(schema, attributes, required);
  if (schema.type === 'string') return text(schema, attributes, required);
  if (schema.anyOf?.every(({ type }) => type === 'string' || type === 'number' || type === 'boolean') === true) {
    return scalar(attributes, required);
  }
  return undefined;
}

/**
 * @param {readonly unknown[]} words
 * @param {Schema} schema
 * @param {Readonly<Record<string, string | boolean>>} attributes
 * @param {boolean} required
 * @returns {Field}
 */
function choice(words, schema, attributes, required) {
  const usual = schema.default === undefined ? '–' : `${inWords(schema.default)} (usual)`;
  const input = element(
    'select',
    attributes,
    ...(required ? [] : [element('option', { value: '' }, usual)]),
    ...words.flatMap((word, index) =>
      word === schema.default && !required ? [] : [element('option', { value: index }, inWords(word))],
    ),
  );
  return {
    input,
    read: () => (input.value === '' ? undefined : words[Number(input.value)]),
  };
}

/** @param {unknown} word */
export function inWords(word) {
  if (word === true) return 'yes';
  if (word === false) return 'no';
  return typeof word === 'string' ? word : JSON.stringify(word);
}

/**
 * @param {Schema} schema
 * @param {Readonly<Record<string, string | boolean>>} attributes
 * @param {boolean} required
 * @returns {Field}
 */
function number({ type, minimum, maximum, default: usual }, attributes, required) {
  const input = element('input', {
    ...attributes,
    type: 'number',
    step: type === 'integer' ? '1' : 'any',
    min: minimum,
    max: maximum,
    placeholder: inWords(usual),
    required,
  });
  return {
    input,
    read: () => (input.value === '' ? undefined : input.valueAsNumber),
  };
}

/**
 * @param {Schema} schema
 * @param {Readonly<Record<string, string | boolean>>} attributes
 * @param {boolean} required
 * @returns {Field}
 */
function text({ minLength, maxLength, default: usual }, attributes, required) {
  const input = element('input', {
    ...attributes,
    type: 'text',
    minlength: minLength,
    maxlength: maxLength,
    placeholder: inWords(usual),
    required,
    autocomplete: 'off',
    spellcheck: 'false',
  });
  return {
    input,
    read: () => (input.value === '' && !required ? undefined : input.value),
  };
}

/**
 * Text, a number or a truth value, as it looks.
 *
 * @param {Readonly<Record<string, string | boolean>>} attributes
 * @param {boolean} required
 * @returns {Field}
 */
function scalar(attributes, required) {
  const plain = text({ maxLength: 200 }, attributes, required);
  const read = () => {
    const entered = plain.read();
    if (entered === 'true' || entered === 'false') return entered === 'true';
    return typeof entered === 'string' && /^-?\d+(\.\d+)?$/.test(entered) ? Number(entered) : entered;
  };
  return { ...plain, read };
}

/**
 * The fields of an object, labelled and explained by its schema.
 *
 * @param {Schema} schema
 * @param {readonly string[]} names Which of its properties.
 * @returns {{ readonly nodes: readonly HTMLElement[], readonly read: () => Record<string, unknown> }}
 */
export function fieldsOf(schema, names) {
  /** @type {[string, () => unknown][]} */
  const readers = [];
  /** @param {string} name @returns {HTMLElement[]} */
  const nodesOf = (name) => {
    const its = schema.properties?.[name];
    if (its === undefined) return [];
    if (its.type === 'object') return [nested(name, its, readers)];
    const id = freshId();
    const required = schema.required?.includes(name) === true;
    const field = fieldOf(its, { id, 'aria-describedby': `${id}-help` }, required);
    if (field === undefined) return [];
    readers.push([name, () => field.read()]);
    return [labelled(id, name, its, field.input)];
  };
  const nodes = names.flatMap(nodesOf);
  const read = () => {
    const entries = readers.map(([name, value]) => [name, value()]).filter(([, value]) => value !== undefined);
    return Object.fromEntries(entries);
  };
  return { nodes, read };
}

/**
 * @param {string} id
 * @param {string} name
 * @param {Schema} schema
 * @param {HTMLElement} input
 */
function labelled(id, name, schema, input) {
  return element(
    'div',
    { class: 'field' },
    element('label', { for: id }, labelOf(name, schema)),
    input,
    element('small', { id: `${id}-help` }, schema.description?.replaceAll('`', '') ?? ''),
  );
}

/**
 * `jitterMs` of unit ms is “jitter (ms)”.
 *
 * @param {string} name
 * @param {Schema} schema
 */
export function labelOf(name, { title, unit }) {
  const bare = unit === 'ms' ? name.replace(/Ms$/, '') : name;
  const words = title ?? bare.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return unit === undefined || unit === words ? words : `${words} (${unit})`;
}

/**
 * An object within an object: it is there once anything of it is.
 *
 * @param {string} name
 * @param {Schema} schema
 * @param {[string, () => unknown][]} readers
 */
function nested(name, schema, readers) {
  const optional = { ...schema, required: [] };
  const { nodes, read } = fieldsOf(optional, Object.keys(schema.properties ?? {}));
  readers.push([name, () => (Object.keys(read()).length === 0 ? undefined : read())]);
  return element(
    'details',
    {},
    element('summary', {}, schema.description ?? name),
    element('div', { class: 'fields' }, ...nodes),
  );
}
