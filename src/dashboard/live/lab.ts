import { connect } from '../../client/index.ts';
import { sendSignedIn } from '../boot/session.ts';
import { readClock } from './service-clock.ts';

/** The service that this page came from, for whoever is signed in at the moment: signing in needs no new page. */
export const lab = connect({
  url: location.origin,
  // The client asks for texts alone, by their address.
  fetch: async (input, init) => {
    const answer = await sendSignedIn((...given) => fetch(...given), input as string, init);
    readClock(answer);
    return answer;
  },
});
