import { store } from '../live/live.ts';

/** Tells the part of the page that stops how many devices are stopped. It listens, and depends on nothing here. */
export function tellStopped(): void {
  let told = '';
  store.topics.subscribe('list', () => {
    if (store.connection.state !== 'live') return;
    const { views } = store;
    const detail = { stopped: views.filter(({ stopped }) => stopped).length, devices: views.length };
    if (JSON.stringify(detail) === told) return;
    told = JSON.stringify(detail);
    dispatchEvent(new CustomEvent('bellcrank:stopped', { detail }));
  });
}
