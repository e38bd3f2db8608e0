import type { GrantedLeaseView, LeaseView } from '../../../../client/index.ts';
import { Button } from '../../../permission/Button.tsx';
import { missingThere } from '../../../permission/missing.ts';
import { Permit } from '../../../permission/Permit.tsx';
import { ConfirmButton } from '../ConfirmButton.tsx';
import { usePage } from '../data/page.ts';
import { deviceAt } from '../data/paths.ts';
import { lab } from '../data/shared.ts';
import { countdown, timeOfDay } from '../data/times.ts';
import { useAction } from '../data/useAction.ts';
import { useNow } from '../../../widgets/now.ts';
import { DeviceText } from '../DeviceText.tsx';
import { TakeLease, type Wish } from './TakeLease.tsx';
import { keep, leaseHeaders } from './token.ts';

/** Who has the device for themselves, and until when. */
export function LeasePanel() {
  const { id, live, leaseIsOurs, allowed, reload } = usePage();
  const { lease } = live;
  const { busy, error, run } = useAction();
  const take = (wish: Partial<Wish> & Pick<Wish, 'ttlMs'>, steal: boolean): void =>
    void run(async () => {
      // With the old token it would be a renewal of what is somebody else's.
      const headers = steal || !leaseIsOurs ? {} : leaseHeaders(id);
      const more = { body: wish, headers, ...(steal && { query: { steal: 'true' } }) };
      const { body } = await lab.http.request<GrantedLeaseView>('PUT', `${deviceAt(id)}/lease`, more);
      keep(id, body);
      reload();
    });
  const release = (): void =>
    void run(async () => {
      await lab.http.request('DELETE', `${deviceAt(id)}/lease`, { headers: leaseHeaders(id) });
      keep(id, undefined);
      reload();
    });
  return (
    <section className="panel sheet" aria-labelledby="lease-title" id="lease" tabIndex={-1}>
      <h2 id="lease-title">Lease</h2>
      <div role="status">
        {lease === null && <p className="faint">Nobody has this device for themselves: everybody may command it.</p>}
        {lease !== null && <Holder lease={lease} ours={leaseIsOurs} />}
        {error !== '' && <p className="wrong">{error}</p>}
      </div>
      <Permit missing={missingThere(allowed, 'lease')}>
        {lease === null && <TakeLease busy={busy} onTake={(wish) => take(wish, false)} />}
        {lease !== null && leaseIsOurs && (
          <div className="actions">
            <Button type="button" className="primary" onClick={() => take({ ttlMs: lease.ttlMs }, false)}>
              Renew
            </Button>
            <Button type="button" className="quiet" onClick={release}>
              Release
            </Button>
          </div>
        )}
        {lease !== null && !leaseIsOurs && (
          <ConfirmButton
            question={`Take it from ${lease.holder}? That goes on record.`}
            yes="Take it"
            onYes={() => take({ ttlMs: 300_000 }, true)}
          >
            Take it from them
          </ConfirmButton>
        )}
      </Permit>
    </section>
  );
}

function Holder({ lease, ours }: { readonly lease: LeaseView; readonly ours: boolean }) {
  const now = useNow();
  const { holder, note, onExpiry, expiresAt, stolenFrom } = lease;
  const left = Date.parse(expiresAt) - now;
  return (
    <p>
      <strong>{ours ? 'You have it' : <DeviceText>{`${holder} has it`}</DeviceText>}</strong> until{' '}
      <time dateTime={expiresAt}>{timeOfDay(expiresAt)}</time> (<span aria-hidden="true">{countdown(left)} left</span>
      <span className="visually-hidden">from now on</span>).
      {onExpiry === 'stop' && ' If it runs out, the device is stopped.'}
      {note !== '' && (
        <>
          {' '}
          “<DeviceText>{note}</DeviceText>”
        </>
      )}
      {stolenFrom !== undefined && (
        <>
          {' '}
          It was taken from <DeviceText>{stolenFrom}</DeviceText>.
        </>
      )}
    </p>
  );
}
