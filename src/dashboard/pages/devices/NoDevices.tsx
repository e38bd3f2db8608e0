import { useMe } from '../../permission/useMe.ts';

/** What to do first. */
export function NoDevices({ known }: { readonly known: boolean }) {
  const me = useMe();
  if (!known) return <p className="loading">Waiting for the service …</p>;
  const mayKnow = me?.everywhere.includes('read') ?? true;
  if (!mayKnow) return <p className="empty panel">There is no device that you may see.</p>;
  return (
    <div className="empty panel">
      <h2>There is no device yet</h2>
      <p>Add one to the configuration file:</p>
      <pre>
        <code>{example}</code>
      </pre>
      <p>
        Then start the service anew. Devices that announce themselves are found under{' '}
        <a href="#/discovery">Discovery</a>; a program adds them with <code>POST /v1/devices</code> (
        <a href="/docs">API docs</a>).
      </p>
    </div>
  );
}

const example = `connections:
  bench: { serial: { path: /dev/ttyUSB0, baudRate: 9600 } }
devices:
  psu-1: { driver: scpi-supply, connection: bench }`;
