import { connect } from '../../client/index.ts';
import { sendSignedIn } from '../boot/session.ts';

/** The service that this page came from, for whoever is signed in at the moment: signing in needs no new page. */
export const lab = connect({
  url: location.origin,
  // The client asks for texts alone, by their address.
  fetch: (input, init) => sendSignedIn((...given) => fetch(...given), input as string, init),
});
