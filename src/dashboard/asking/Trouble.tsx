import { reasonOf } from './reason.ts';

/** Says why something was not done; silent while nothing is wrong. The place is there all the time, so that it is heard. */
export function Trouble({ error }: { readonly error: unknown }) {
  return (
    <div role="status" className="trouble-place">
      {error !== undefined && <p className="trouble">{reasonOf(error)}</p>}
    </div>
  );
}
