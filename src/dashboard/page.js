import { byId, element, renew } from './dom.js';
import { ask, reason } from './http.js';
import { panel } from './panel.js';

/** @typedef {import('./types.d.ts').Simulator} Simulator */

/** How often the service is asked, while somebody looks. */
const pollMs = 1000;

const devices = byId('devices');
const section = byId('device');
const trouble = byId('trouble');
/** What went wrong when somebody did something, and when the service was asked. */
let refused = '';
let lost = '';
/** @type {{ readonly id: string, readonly update: () => Promise<void> } | undefined} */
let shown;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
let polling = Promise.resolve();

function showTrouble() {
  const text = [refused, lost].filter((each) => each !== '').join(' ');
  if (trouble.textContent !== text) trouble.textContent = text;
  trouble.hidden = text === '';
}

/** @param {() => Promise<unknown>} does */
async function act(does) {
  try {
    await does();
    refused = '';
  } catch (error) {
    refused = reason(error);
  }
  showTrouble();
  await poll();
}

/** @returns {Promise<readonly Simulator[]>} */
async function everySimulator() {
  /** @type {Simulator[]} */
  const all = [];
  let next = '';
  do {
    const page = await ask(`/v1/simulators?limit=500${next}`);
    all.push(...page.items);
    next = page.next === undefined ? '' : `&cursor=${encodeURIComponent(page.next)}`;
  } while (next !== '');
  return all;
}

async function update() {
  try {
    const simulators = await everySimulator();
    showList(simulators);
    choose(simulators);
    await shown?.update();
    lost = '';
  } catch (error) {
    lost = reason(error);
  }
  showTrouble();
}

/** One after the other: a slow answer never overtakes a later one. */
async function poll() {
  polling = polling.then(update);
  await polling;
  clearTimeout(timer);
  timer = setTimeout(() => void (document.hidden ? undefined : poll()), pollMs);
}

/** @param {readonly Simulator[]} simulators */
function showList(simulators) {
  const current = decodeURIComponent(location.hash.slice(1)) || simulators[0]?.id;
  const what = simulators.map(({ id, model, activeFaults, time }) => [
    id,
    model,
    activeFaults,
    time.paused,
    time.speed,
  ]);
  renew(devices, [what, current], () => {
    if (simulators.length === 0) return [element('p', {}, 'No device of this service is simulated.')];
    return simulators.map(({ id, model, activeFaults, time }) => {
      const notes = [
        ...(activeFaults > 0 ? [`${activeFaults} ${activeFaults === 1 ? 'fault' : 'faults'}`] : []),
        ...(time.paused ? ['paused'] : []),
        ...(!time.paused && time.speed !== 1 ? [`${time.speed}×`] : []),
      ];
      return element(
        'a',
        { href: `#${encodeURIComponent(id)}`, 'aria-current': id === current && 'true' },
        element('strong', {}, id),
        element('span', { class: 'warn quiet' }, notes.join(', ')),
        element('span', { class: 'quiet' }, model),
      );
    });
  });
}

/** @param {readonly Simulator[]} simulators */
function choose(simulators) {
  const wanted = decodeURIComponent(location.hash.slice(1)) || simulators[0]?.id;
  const chosen = simulators.find(({ id }) => id === wanted);
  if (chosen?.id === shown?.id && chosen !== undefined) return;
  if (chosen === undefined) {
    shown = undefined;
    const text = wanted === undefined ? '' : `There is no simulated device ${wanted}.`;
    section.replaceChildren(element('p', {}, text));
    return;
  }
  const its = panel(chosen.id, act);
  shown = { id: chosen.id, update: () => its.update() };
  section.replaceChildren(...its.nodes);
  devices.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}

addEventListener('hashchange', () => {
  refused = '';
  void poll().then(() => section.focus());
});
document.addEventListener('visibilitychange', () => void (document.hidden ? undefined : poll()));
void poll();
