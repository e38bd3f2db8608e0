import { Button } from '../../../permission/Button.tsx';
import { ConfirmButton } from '../ConfirmButton.tsx';
import { usePage } from '../data/page.ts';
import { useAction } from '../data/useAction.ts';
import { change } from './manage.ts';

/** Devices of the configuration file are enabled and disabled there. */
export function EnableDevice() {
  const { id, detail, reload } = usePage();
  const { error, run } = useAction();
  if (detail.managedBy === 'config') return null;
  const act = (): void =>
    void run(async () => {
      await change(id, { enabled: !detail.enabled });
      reload();
    });
  return (
    <>
      {detail.enabled ? (
        <ConfirmButton question="Disable it? It is not connected then." yes="Disable" onYes={act}>
          Disable
        </ConfirmButton>
      ) : (
        <Button type="button" className="quiet" onClick={act}>
          Enable
        </Button>
      )}
      <span role="status">{error !== '' && <span className="wrong">{error}</span>}</span>
    </>
  );
}
