import { useEffect, useRef, useState } from 'react';
import { Trouble } from '../../asking/Trouble.tsx';
import { useAct } from '../../asking/useAct.ts';
import { lab } from '../../live/index.ts';
import { Button } from '../../permission/Button.tsx';

/** A device that was adopted is none any more. Asked twice: it is stopped first. */
export function Forget({ device, forgotten }: { readonly device: string; readonly forgotten: () => void }) {
  const [isAsked, setAsked] = useState(false);
  const { act, isBusy, error } = useAct();
  const remove = async (): Promise<void> => {
    const done = await act(() => lab.http.request('DELETE', `/v1/devices/${encodeURIComponent(device)}`));
    setAsked(false);
    if (done) forgotten();
  };
  const sure = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (isAsked) sure.current?.focus();
  }, [isAsked]);
  if (!isAsked) {
    return (
      <>
        <Button type="button" aria-label={`Forget ${device}`} onClick={() => setAsked(true)}>
          Forget
        </Button>
        <Trouble error={error} />
      </>
    );
  }
  return (
    <span className="row" role="group" aria-label={`Forget ${device}`}>
      <span>It is stopped and removed; what announces itself stays listed here.</span>
      <Button type="button" className="danger" ref={sure} disabled={isBusy} onClick={() => void remove()}>
        {`Forget ${device}`}
      </Button>
      <button type="button" disabled={isBusy} onClick={() => setAsked(false)}>
        Keep it
      </button>
    </span>
  );
}
