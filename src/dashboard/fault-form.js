import { element } from './dom.js';
import { fieldsOf, freshId } from './fields.js';

/** @typedef {import('./types.d.ts').Schema} Schema */

/**
 * A form that makes one fault, from the schema of what the simulator takes.
 *
 * @param {Schema} schema Of the whole request.
 * @param {(fault: Record<string, unknown>) => void} add
 * @returns {HTMLElement}
 */
export function faultForm(schema, add) {
  const kinds = schema.properties?.['faults']?.items?.anyOf ?? [];
  const common = triggers(kinds);
  const id = freshId();
  const select = element(
    'select',
    { id },
    ...kinds.map((kind) => element('option', { value: nameOf(kind) }, nameOf(kind))),
  );
  const body = element('div');
  let read = () => /** @type {Record<string, unknown>} */ ({});
  const show = () => {
    const kind = kinds.find((each) => nameOf(each) === select.value);
    if (kind === undefined) return;
    const names = Object.keys(kind.properties ?? {}).filter((name) => name !== 'kind');
    const own = fieldsOf(
      kind,
      names.filter((name) => !common.has(name)),
    );
    const when = fieldsOf(
      kind,
      names.filter((name) => common.has(name)),
    );
    read = () => ({ kind: nameOf(kind), ...own.read(), ...when.read() });
    body.replaceChildren(
      element('p', { class: 'quiet' }, kind.description ?? ''),
      ...(own.nodes.length > 0 ? [element('div', { class: 'fields' }, ...own.nodes)] : []),
      element(
        'details',
        {},
        element('summary', {}, 'When it acts, and for how long (always, unless you say so)'),
        element('div', { class: 'fields' }, ...when.nodes),
      ),
    );
  };
  select.addEventListener('change', show);
  show();
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    add(read());
  };
  return element(
    'form',
    { submit },
    element('div', { class: 'field' }, element('label', { for: id }, 'Add a fault'), select),
    body,
    element('button', { type: 'submit', class: 'main' }, 'Add'),
  );
}

/**
 * The properties that most kinds have: when it acts.
 *
 * @param {readonly Schema[]} kinds
 * @returns {ReadonlySet<string>}
 */
function triggers(kinds) {
  const names = new Set(kinds.flatMap(({ properties = {} }) => Object.keys(properties)));
  const having = (/** @type {string} */ name) => kinds.filter(({ properties = {} }) => Object.hasOwn(properties, name));
  // What a fault is of, `direction` for one, stands before what says when it acts.
  const own = new Set(['kind', 'direction']);
  return new Set([...names].filter((name) => !own.has(name) && having(name).length * 2 > kinds.length));
}

/** @param {Schema} kind */
function nameOf({ properties }) {
  return String(properties?.['kind']?.const);
}
