import { ConfirmButton } from '../ConfirmButton.tsx';
import { usePage } from '../data/page.ts';
import { useAction } from '../data/useAction.ts';
import { reconnect } from './manage.ts';

/** Drops the link, for every device on it, and opens it anew. */
export function Reconnect() {
  const { id, live, detail, reload } = usePage();
  const { error, run } = useAction();
  const act = (acceptIdentity: boolean): void =>
    void run(async () => {
      await reconnect(id, acceptIdentity);
      reload();
    });
  // Another piece of hardware answers in its place; only a person can say that this is meant.
  const isAnother = /identi/i.test(live.view.detail ?? '');
  return (
    <>
      <ConfirmButton
        question={`Drop ${detail.connection ?? 'the link'}, for every device on it, and open it anew?`}
        yes="Reconnect"
        onYes={() => act(false)}
      >
        Reconnect
      </ConfirmButton>
      {isAnother && (
        <ConfirmButton
          question="Take what answers now in its place, whatever it says that it is?"
          yes="Accept it"
          onYes={() => act(true)}
        >
          Accept another device in its place
        </ConfirmButton>
      )}
      <span role="status">{error !== '' && <span className="wrong">{error}</span>}</span>
    </>
  );
}
