/**
 * Text from devices goes in as text, never as markup.
 *
 * @typedef {Node | string | number | false | null | undefined} Child
 */

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} name
 * @param {Readonly<Record<string, string | number | boolean | ((event: Event) => void) | undefined>>} [attributes] Functions
 *   are listeners for the event of that name; `true` is an attribute without a value; `false` and undefined are none.
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(key, value);
    else if (value === true) made.setAttribute(key, '');
    else if (value !== false && value !== undefined) made.setAttribute(key, String(value));
  }
  made.append(...present(children));
  return made;
}

/**
 * @param {readonly Child[]} children
 * @returns {(Node | string)[]}
 */
function present(children) {
  return children.flatMap((child) => {
    if (child === false || child === null || child === undefined) return [];
    return [typeof child === 'number' ? String(child) : child];
  });
}

/**
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found;
}

/** @type {WeakMap<HTMLElement, string>} */
const shows = new WeakMap();

/**
 * Replaces the children only where what they say has changed, so that focus and selection survive a poll.
 *
 * @param {HTMLElement} parent
 * @param {unknown} what Everything that the children are made of.
 * @param {() => readonly Child[]} make
 */
export function renew(parent, what, make) {
  const text = JSON.stringify(what);
  if (shows.get(parent) === text) return;
  shows.set(parent, text);
  parent.replaceChildren(...present(make()));
}
