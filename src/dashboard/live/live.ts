import { Follower } from './follow.ts';
import { lab } from './lab.ts';
import { serviceNow } from './service-clock.ts';
import { LiveStore } from './store.ts';

/** Renders at most this often, in ms. */
const renderMs = 200;
/** A tab that nobody looks at gives its connection back after this long, in ms: a browser has six for all of them. */
const hiddenMs = 60_000;

/** A page that is looked at tries to connect again at least this often, in ms. */
const lookMs = 5000;

/** Nobody is kept from a turn for so long, in ms, but who sleeps. */
const sleptMs = 30_000;

/** The lab as the page sees it. */
export const store = new LiveStore({ now: serviceNow, schedule: (flush) => void setTimeout(flush, renderMs) });

const follower = new Follower(lab, store);

/** Connects again at once: somebody has signed in, or does not want to wait. */
export function reconnect(): void {
  follower.retry();
}

/** Resolves once the service answers, in a turn of its own: what has just failed may be how one hears that it does not. */
export async function whenLive(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, lookMs / 5));
  await new Promise<void>((resolve) => {
    const look = (): void => {
      if (store.connection.state !== 'live') return;
      leave();
      resolve();
    };
    const leave = store.topics.subscribe('connection', look);
    look();
  });
}

/** Begins, once. */
export function startLive(): void {
  let hidden: ReturnType<typeof setTimeout> | undefined;
  let lookedAt = Date.now();
  document.addEventListener('visibilitychange', () => {
    clearTimeout(hidden);
    // The turns of a tab that nobody looks at are few.
    lookedAt = Date.now();
    if (document.hidden) hidden = setTimeout(() => follower.pause(), hiddenMs);
    else if (store.connection.state !== 'live' || follower.paused) follower.retry();
  });
  // Scripts wait longer each time; somebody who looks at a lab that is back should see it.
  setInterval(() => {
    const now = Date.now();
    // Whatever slept has no connection any more, and would be told so only when nothing has come for a while.
    const slept = now - lookedAt > sleptMs;
    lookedAt = now;
    if (document.hidden) return;
    if (slept) store.connected('lost', 'this device slept');
    if (slept || follower.waiting) follower.retry();
  }, lookMs);
  addEventListener('offline', () => store.connected('lost', 'this device is offline'));
  addEventListener('online', () => follower.retry());
  void follower.run();
}
