import { element, renew } from './dom.js';
import { fieldOf, freshId, inWords, labelOf } from './fields.js';

/** @typedef {import('./types.d.ts').Entry} Entry */

/**
 * What the simulated device is like, live, with a field beside whatever can be set.
 *
 * @param {(changes: Record<string, unknown>) => Promise<unknown>} set
 */
export function stateTable(set) {
  const body = element('tbody');
  const table = element('table', {}, body);
  /** @type {Map<string, HTMLElement>} */
  const cells = new Map();
  return {
    node: table,
    /** @param {readonly Entry[]} entries */
    update(entries) {
      const shape = entries.map(({ name, settable, schema }) => [name, settable, schema]);
      renew(body, shape, () => {
        cells.clear();
        return entries.length === 0 ? [nothing()] : entries.map((entry) => row(entry, cells, set));
      });
      for (const { name, value, schema } of entries) {
        const cell = cells.get(name);
        const text = `${shown(value)}${schema.unit === undefined ? '' : ` ${schema.unit}`}`;
        if (cell !== undefined && cell.textContent !== text) cell.textContent = text;
      }
    },
  };
}

function nothing() {
  return element('tr', {}, element('th', { class: 'quiet' }, 'This simulator shows no state.'));
}

/** @param {unknown} value */
function shown(value) {
  if (typeof value === 'number') return String(Math.round(value * 1e6) / 1e6);
  const text = inWords(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

/**
 * @param {Entry} entry
 * @param {Map<string, HTMLElement>} cells
 * @param {(changes: Record<string, unknown>) => Promise<unknown>} set
 */
function row({ name, settable, schema }, cells, set) {
  const cell = element('td', { class: 'value' });
  cells.set(name, cell);
  const { unit: _, ...plain } = schema;
  const title = labelOf(name, plain);
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, title),
    cell,
    element('td', {}, settable && setter(name, title, schema, set)),
  );
}

/**
 * @param {string} name
 * @param {string} title
 * @param {import('./types.d.ts').Schema} schema
 * @param {(changes: Record<string, unknown>) => Promise<unknown>} set
 */
function setter(name, title, schema, set) {
  const field = fieldOf(schema, { id: freshId(), 'aria-label': `New value of ${title}` }, true);
  if (field === undefined) return null;
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    void set({ [name]: field.read() });
  };
  const label = `Set ${title}`;
  return element('form', { class: 'set', submit }, field.input, element('button', { 'aria-label': label }, 'Set'));
}
