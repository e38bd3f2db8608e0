import './device.css';
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { DeviceDetailView } from '../../../client/index.ts';
import { useAddressSearch } from '../../asking/address.ts';
import { useTitle } from '../useTitle.ts';
import { type AllowedThere, useAllowedOrNot } from '../../permission/useMe.ts';
import { About } from './about/About.tsx';
import { Commands } from './command/Commands.tsx';
import { type Page, PageContext } from './data/page.ts';
import { type LiveDevice, useCommands, useConnection, useDevice } from './data/shared.ts';
import { useDetail } from './data/useDetail.ts';
import { Interlocks } from './guards/Interlocks.tsx';
import { useInterlocks } from './guards/useInterlocks.ts';
import { Jump } from './head/Jump.tsx';
import { Head } from './head/Head.tsx';
import { History } from './history/History.tsx';
import { LeasePanel } from './lease/LeasePanel.tsx';
import { isOurs, useForgetWhatIsOver } from './lease/token.ts';
import { Events } from './recent/Events.tsx';
import { Recent } from './recent/Recent.tsx';
import { Trace } from './trace/Trace.tsx';
import { readAll } from './values/read-fresh.ts';
import { Values } from './values/Values.tsx';

/** `#/devices/:id`: everything about one device. */
export default function DevicePage({ id }: { readonly id: string }) {
  // Another device is another page: nothing that was typed for one is ever sent to the other.
  return <OneDevice key={id} id={id} />;
}

function OneDevice({ id }: { readonly id: string }) {
  useTitle(id);
  const live = useDevice(id);
  const { state } = useConnection();
  const loaded = useDetail(id, live);
  const detail = loaded.value;
  const { settled, allowed } = useAllowedOrNot(id, useWhatScopesName(live, detail));
  if (detail === undefined || live === undefined || !settled) {
    return <Missing id={id} asking={state !== 'live' || live !== undefined} error={loaded.error} />;
  }
  const known = { id, live, detail, allowed, reload: loaded.reload, connected: state === 'live' };
  // A device that has taken its place, a real one that of a simulated one perhaps, gets nothing that was typed for it.
  const { driver, connection, simulated } = detail;
  return <Known key={JSON.stringify([id, driver, connection, simulated])} {...known} />;
}

/** When this changes somebody may do something else here. */
function useWhatScopesName(live: LiveDevice | undefined, detail: DeviceDetailView | undefined): string {
  return useMemo(
    () =>
      JSON.stringify([
        live?.view.labels,
        ...[detail?.commands, detail?.properties].map((its) => Object.keys(its ?? {})),
      ]),
    [live?.view.labels, detail],
  );
}

interface MissingProps {
  readonly id: string;
  readonly asking: boolean;
  readonly error: string | undefined;
}

function Missing({ id, asking, error }: MissingProps) {
  return (
    <div className="device-page">
      <h1>{id}</h1>
      <p role="status">{error ?? (asking ? 'Asking for the device …' : `There is no device ${id}.`)}</p>
      <p>
        <a href="#/">All devices</a>
      </p>
    </div>
  );
}

const noInterlocks: Page['interlocks'] = [];

interface KnownProps {
  readonly id: string;
  readonly live: LiveDevice;
  readonly detail: DeviceDetailView;
  readonly allowed: AllowedThere | undefined;
  readonly reload: () => void;
  readonly connected: boolean;
}

function Known({ id, live, detail, allowed, reload, connected }: KnownProps) {
  const commands = useCommands(id);
  useForgetWhatIsOver(id, live.lease);
  const guards = useInterlocks(id);
  const [property, setProperty] = useState<string>();
  const asked = useAskedTrace();
  const [command, setCommand] = useState(asked);
  const readBack = useCallback(() => readAll(detail), [detail]);
  const { reload: reloadGuards } = guards;
  const reloadAll = useCallback(() => {
    reload();
    reloadGuards();
  }, [reload, reloadGuards]);
  const interlocks = guards.value ?? noInterlocks;
  const page = useMemo(
    (): Page => ({
      id,
      live,
      detail,
      commands,
      interlocks,
      leaseIsOurs: isOurs(id, live.lease),
      allowed,
      connected,
      reload: reloadAll,
      readBack,
    }),
    [id, live, detail, commands, interlocks, allowed, connected, reloadAll, readBack],
  );
  const show = useScrollTo();
  return (
    <PageContext value={page}>
      <div className={connected ? 'device-page' : 'device-page outdated'}>
        <Head />
        <Jump onJump={(section) => show(section, () => undefined)} />
        <div className="device-columns">
          <div className="column">
            <Values onHistory={(name) => show('history', () => setProperty(name))} />
            <History property={property} onProperty={setProperty} />
            <Recent onTrace={(each) => show('trace', () => setCommand(each))} />
          </div>
          <div className="column">
            <Commands />
            <Interlocks />
            <LeasePanel />
            <Events />
          </div>
        </div>
        <Trace command={command} onCommand={setCommand} />
        <About />
      </div>
    </PageContext>
  );
}

/** `?trace=` in the address is a command whose bytes are to be seen. */
function useAskedTrace(): string | undefined {
  const [search] = useAddressSearch();
  const asked = new URLSearchParams(search).get('trace') ?? undefined;
  useEffect(() => {
    if (asked !== undefined) document.getElementById('trace')?.scrollIntoView({ block: 'start' });
  }, [asked]);
  return asked;
}

/** Goes to a part of the page, with the focus, once what was chosen for it is drawn. */
function useScrollTo(): (section: string, choose: () => void) => void {
  return useCallback((section, choose) => {
    choose();
    requestAnimationFrame(() => {
      const found = document.getElementById(section);
      found?.focus({ preventScroll: true });
      found?.scrollIntoView({ block: 'start' });
    });
  }, []);
}
