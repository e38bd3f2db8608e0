import { AsyncLocalStorage, createHook } from 'node:async_hooks';

/** How many timers of Node's own are set by what runs, however it comes by them. */
export async function nodeTimersOf(run: () => Promise<void>): Promise<number> {
  const within = new AsyncLocalStorage<true>();
  let timers = 0;
  const hook = createHook({
    init: (_id, type) => {
      if (type === 'Timeout' && within.getStore() === true) timers++;
    },
  });
  hook.enable();
  try {
    await within.run(true, run);
  } finally {
    hook.disable();
  }
  return timers;
}
