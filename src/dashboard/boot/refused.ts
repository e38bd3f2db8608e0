/** Heard by the window whenever the service has refused something for the want of a scope. */
export const refusedEvent = 'bellcrank:refused';

/** The question what may be done is no reason to ask it again. */
const question = /\/v1\/me(\?|$)/;

/** The same `fetch`, and the window hears of what is refused. */
export function tellingRefusals(send: typeof fetch): typeof fetch {
  return async (input, init) => {
    const answer = await send(input, init);
    if (answer.status === 403 && !question.test(answer.url)) dispatchEvent(new Event(refusedEvent));
    return answer;
  };
}
