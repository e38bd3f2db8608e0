import { Suspense } from 'react';
import { Route, Router, Switch, useLocation } from 'wouter';
import { useAddressPath } from './asking/address.ts';
import { SignIn } from './connection/SignIn.tsx';
import { ToReference } from './connection/ToReference.tsx';
import { Layout } from './layout/Layout.tsx';
import { PageBoundary } from './layout/PageBoundary.tsx';
import { useConnection } from './live/index.ts';
import DevicesPage from './pages/devices/DevicesPage.tsx';
import { NoPage } from './pages/NoPage.tsx';
import { page } from './pages/page.ts';

const DevicePage = page(() => import('./pages/device/DevicePage.tsx'));
const CommandsPage = page(() => import('./pages/commands/CommandsPage.tsx'));
const AlarmsPage = page(() => import('./pages/alarms/AlarmsPage.tsx'));
const DiscoveryPage = page(() => import('./pages/discovery/DiscoveryPage.tsx'));
const SimulatorsPage = page(() => import('./pages/simulators/SimulatorsPage.tsx'));

export function App() {
  return (
    // That is how the router takes where it reads the address from.
    // oxlint-disable-next-line react/hooks
    <Router hook={useAddressPath}>
      <Layout>
        <Pages />
      </Layout>
    </Router>
  );
}

function Pages() {
  const { state } = useConnection();
  const [path] = useLocation();
  if (state === 'denied') return <SignIn />;
  return (
    <PageBoundary path={path}>
      <Suspense fallback={<p className="loading">Loading …</p>}>
        <Switch>
          <Route path="/" component={DevicesPage} />
          <Route path="/devices/:id">{({ id }) => <DevicePage key={id} id={id} />}</Route>
          <Route path="/commands/:id?">{({ id }) => <CommandsPage id={id} />}</Route>
          <Route path="/alarms" component={AlarmsPage} />
          <Route path="/discovery" component={DiscoveryPage} />
          <Route path="/docs" component={ToReference} />
          <Route path="/simulators/:id?">{({ id }) => <SimulatorsPage id={id} />}</Route>
          <Route component={NoPage} />
        </Switch>
      </Suspense>
    </PageBoundary>
  );
}
