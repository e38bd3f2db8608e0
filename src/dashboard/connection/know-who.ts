import { renewSession } from '../boot/session.ts';
import { store } from '../live/live.ts';

/**
 * Asks who is signed in whenever the connection comes about: it may have been done before the page was loaded, or in another
 * tab. Stop, which comes with the page, asks for itself and shares nothing with the rest.
 */
export function knowWho(): void {
  store.topics.subscribe('connection', () => {
    if (store.connection.state === 'live') void renewSession((...given) => fetch(...given));
  });
}
