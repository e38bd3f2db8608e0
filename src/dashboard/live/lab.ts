import { connect } from '../../client/index.ts';
import { authorization } from '../boot/key.ts';

/** The service that this page came from. The key is that of the moment: signing in needs no new page. */
export const lab = connect({
  url: location.origin,
  fetch: (input, init) => {
    const headers = new Headers(init?.headers);
    for (const [name, value] of Object.entries(authorization())) headers.set(name, value);
    return fetch(input, { ...init, headers });
  },
});
