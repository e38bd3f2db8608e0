import { getActiveResourcesInfo } from 'node:process';

/** A turn of the event loop: all promises that can go on without waiting have done so after it. */
function turn(): Promise<void> {
  return new Promise<void>((resolve) => setImmediate(resolve));
}

/** Lets everything that is ready to run without waiting run, and what has already come in from outside be heard. */
export async function settle(): Promise<void> {
  for (let turns = 0; turns < 3; turns++) await turn();
}

/** Whoever asks for one more turn in every turn of the event loop is waited for no longer than this. */
const maxTurns = 1000;

/**
 * Lets run what has no part outside the process, in as few turns of the event loop as there is something that waits for
 * one. One at a time: two would wait for each other.
 */
export async function settleInside(): Promise<void> {
  for (let turns = 0; turns < maxTurns; turns++) {
    await turn();
    if (!getActiveResourcesInfo().includes('Immediate')) return;
  }
}
