import { element, renew } from './dom.js';
import { faultForm } from './fault-form.js';
import { ask } from './http.js';
import { stateTable } from './state-table.js';

/**
 * @typedef {import('./types.d.ts').Detail} Detail
 * @typedef {import('./types.d.ts').Report} Report
 * @typedef {{ readonly items: readonly import('./types.d.ts').Entry[] }} State
 * @typedef {import('./types.d.ts').Command} Command
 * @typedef {{ readonly items: readonly Command[] }} Commands
 * @typedef {{ readonly state: string, readonly detail?: string }} Device
 * @typedef {import('./types.d.ts').Schema} Schema
 *
 * @typedef {(act: () => Promise<unknown>) => Promise<void>} Act Does something, shows what comes of it, and says why if
 *   nothing does.
 */

/**
 * Everything that can be seen of one simulated device, and done to it.
 *
 * @param {string} id
 * @param {Act} act
 */
export function panel(id, act) {
  const path = `/v1/simulators/${encodeURIComponent(id)}`;
  const head = element('div', { class: 'sheet' });
  const buttons = element('div', { class: 'row' });
  const time = element('div', { class: 'row' });
  const state = stateTable((changes) => act(() => ask(`${path}/state`, 'PATCH', changes)));
  const faults = element('div');
  const form = element('div');
  const commands = element('div');
  /** @type {Report} */
  let report = { seed: 0, faults: [] };
  const add = (/** @type {Record<string, unknown>} */ fault) =>
    void act(() => ask(`${path}/faults`, 'PUT', withFault(report, fault)));
  return {
    nodes: [
      head,
      sheet('Plug, buttons and time', buttons, time),
      sheet('Last commands', commands),
      sheet('State', state.node),
      sheet('Faults', faults, form),
    ],
    /** Asks for everything and shows it. */
    async update() {
      const its = encodeURIComponent(id);
      /** @type {[Promise<Detail>, Promise<Report>, Promise<State>, Promise<Commands>, Promise<Device>]} */
      const asked = [
        ask(path),
        ask(`${path}/faults`),
        ask(`${path}/state`),
        ask(`/v1/commands?limit=6&device=${its}`),
        ask(`/v1/devices/${its}`),
      ];
      const [detail, known, { items }, { items: last }, device] = await Promise.all(asked);
      report = known;
      showHead(head, detail, device);
      renew(buttons, detail.buttons, () => buttonsOf(detail.buttons, path, act));
      showTime(time, detail, path, act);
      state.update(items);
      showFaults(faults, report, path, act);
      showCommands(commands, last);
      if (form.childElementCount === 0) form.append(faultForm(await faultsSchema(id), add));
    },
  };
}

/**
 * @param {string} title
 * @param {...HTMLElement} children
 */
function sheet(title, ...children) {
  return element('section', { class: 'sheet', 'aria-label': title }, element('h3', {}, title), ...children);
}

/**
 * What is there already, as it was asked for, and one more.
 *
 * @param {Report} report
 * @param {Record<string, unknown>} fault
 */
function withFault({ seed, faults }, fault) {
  return { seed, faults: [...faults.filter(({ active }) => active).map((each) => each.fault), fault] };
}

/**
 * The schema of what PUT …/faults takes, as the service's own document has it for this device.
 *
 * @param {string} id
 * @returns {Promise<Schema>}
 */
async function faultsSchema(id) {
  const document = await ask(`/openapi.json?device=${encodeURIComponent(id)}`);
  const body = document.paths[`/v1/simulators/${id}/faults`].put.requestBody;
  const { $ref } = body.content['application/json'].schema;
  return document.components.schemas[$ref.split('/').at(-1)];
}

/**
 * @param {HTMLElement} head
 * @param {Detail} detail
 * @param {Device} device
 */
function showHead(head, { id, model, connection, via, seed, part, sharedWith }, { state, detail }) {
  const shared = sharedWith.length > 0 && `Its line, faults and time are shared with ${sharedWith.join(', ')}.`;
  renew(head, [id, model, connection, via, seed, part, sharedWith, state, detail], () => [
    element(
      'div',
      { class: 'row spread' },
      element('h2', {}, id),
      element(
        'span',
        { class: 'row' },
        element('span', { class: `tag ${state === 'ready' ? 'good' : 'warn'}` }, state),
        element('span', { class: 'tag simulated' }, 'SIMULATED'),
      ),
    ),
    element(
      'div',
      { class: 'quiet' },
      `${model} on ${connection} via ${via}, seed ${seed}${part === null || part === 'main' ? '' : `, ${part}`}`,
    ),
    detail !== undefined && element('div', { class: 'quiet warn' }, detail),
    shared && element('div', { class: 'quiet' }, shared),
  ]);
}

/**
 * @param {readonly string[]} names
 * @param {string} path
 * @param {Act} act
 */
function buttonsOf(names, path, act) {
  if (names.length === 0) return [element('span', { class: 'quiet' }, 'There is nothing to press.')];
  const labels = new Map([
    ['unplug', 'Unplug'],
    ['plug', 'Plug in'],
  ]);
  return names.map((button) => {
    const click = () => void act(() => ask(`${path}/press`, 'POST', { button }));
    return element('button', { type: 'button', click }, labels.get(button) ?? button);
  });
}

/**
 * @param {HTMLElement} parent
 * @param {Detail} detail
 * @param {string} path
 * @param {Act} act
 */
function showTime(parent, { time }, path, act) {
  const { speed, paused } = time;
  const set = (/** @type {object} */ changes) => void act(() => ask(`${path}/time`, 'PATCH', changes));
  const speeds = [...new Set([0.1, 1, 10, 100, speed])].sort((a, b) => a - b);
  renew(parent, [speed, paused], () => [
    element('button', { type: 'button', click: () => set({ paused: !paused }) }, paused ? 'Go on' : 'Pause'),
    element('label', { for: 'speed' }, 'Speed'),
    element(
      'select',
      { id: 'speed', change: (event) => set({ speed: Number(/** @type {HTMLSelectElement} */ (event.target).value) }) },
      ...speeds.map((each) => element('option', { value: each, selected: each === speed }, `${each}×`)),
    ),
    element('span', { class: 'quiet', role: 'timer' }),
  ]);
  const text = paused ? 'Its time stands still.' : `Its clock: ${(time.elapsedMs / 1000).toFixed(0)} s`;
  const label = parent.lastElementChild;
  if (label !== null && label.textContent !== text) label.textContent = text;
}

/**
 * @param {HTMLElement} parent
 * @param {Report} report
 * @param {string} path
 * @param {Act} act
 */
function showFaults(parent, { seed, faults }, path, act) {
  const put = (/** @type {readonly object[]} */ left) =>
    void act(() => ask(`${path}/faults`, 'PUT', { seed, faults: left }));
  renew(parent, { seed, faults }, () => {
    if (faults.length === 0) return [element('p', { class: 'quiet' }, 'None: its wire is as it should be.')];
    const rows = faults.map(({ fault, acted, active }) => {
      const { kind, ...how } = fault;
      const others = faults.filter((each) => each.fault !== fault && each.active).map((each) => each.fault);
      return element(
        'li',
        { class: 'row spread' },
        element(
          'span',
          {},
          element('strong', { class: active ? 'warn' : 'quiet' }, kind),
          Object.keys(how).length > 0 && element('code', {}, ` ${JSON.stringify(how)}`),
          element('span', { class: 'quiet' }, ` acted ${acted}×${active ? '' : ', over'}`),
        ),
        active && element('button', { type: 'button', 'aria-label': `End ${kind}`, click: () => put(others) }, 'End'),
      );
    });
    return [
      element('ul', { class: 'plain' }, ...rows),
      element(
        'p',
        { class: 'row' },
        element('button', { type: 'button', click: () => void act(() => ask(`${path}/faults`, 'DELETE')) }, 'End all'),
        element('span', { class: 'quiet' }, `seed ${seed}`),
      ),
    ];
  });
}

/**
 * @param {HTMLElement} parent
 * @param {readonly Command[]} commands
 */
function showCommands(parent, commands) {
  renew(parent, commands, () => {
    if (commands.length === 0) return [element('p', { class: 'quiet' }, 'None yet.')];
    const rows = commands.map(({ command, state, outcome, error, submittedAt }) => {
      const what = outcome ?? state;
      return element(
        'li',
        {},
        element(
          'div',
          { class: 'row spread' },
          element('span', {}, command, ' ', element('span', { class: 'quiet' }, timeOfDay(submittedAt))),
          element('span', { class: `tag outcome ${tones[what] ?? ''}` }, what),
        ),
        error !== undefined && element('div', { class: 'quiet' }, error.detail),
      );
    });
    return [element('ul', { class: 'plain' }, ...rows)];
  });
}

/** @type {Readonly<Record<string, string>>} */
const tones = { succeeded: 'good', unknown: 'warn', failed: 'bad', refused: 'bad' };

/** @param {string} instant */
function timeOfDay(instant) {
  return new Date(instant).toLocaleTimeString();
}
