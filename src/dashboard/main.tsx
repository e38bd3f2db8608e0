import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { knowWho } from './connection/know-who.ts';
import { startLive } from './live/live.ts';
import { tellStopped } from './layout/tell-stopped.ts';
import './styles/tokens.css';
import './styles/layered.css';
import './styles/widgets.css';

startLive();
knowWho();
tellStopped();
const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
