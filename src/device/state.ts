/**
 * The life cycle of a device, pure. The stop latch stands beside it: a stopped device goes on connecting, so that it
 * can be told to stop again when it comes back.
 *
 *   disabled ⇄ offline → connecting → quarantined ⇄ ready
 *                 ↑                        ↓          ↓
 *                 └───────────────────  recovering ←──┘
 */
export type DeviceState = 'offline' | 'connecting' | 'quarantined' | 'ready' | 'recovering' | 'disabled';

export type DeviceSignal =
  /** An operator or the configuration. */
  | 'enable'
  | 'disable'
  /** The connection is being opened, or a silent device is probed on an open one. */
  | 'open'
  /** The connection is open; nothing on it may be believed yet. */
  | 'opened'
  /** The driver has verified the device and made a session. */
  | 'attached'
  | 'attach-failed'
  /** An exchange did not end cleanly. */
  | 'lost-step'
  | 'resynced'
  | 'resync-failed'
  /** The connection is gone. */
  | 'closed'
  /** The device itself tells of its presence over a connection that stays up. */
  | 'absent'
  | 'present';

const transitions: Readonly<Record<DeviceState, Partial<Record<DeviceSignal, DeviceState>>>> = {
  disabled: { enable: 'offline' },
  offline: { open: 'connecting', opened: 'quarantined', present: 'quarantined', disable: 'disabled' },
  connecting: {
    opened: 'quarantined',
    attached: 'ready',
    'lost-step': 'quarantined',
    'attach-failed': 'offline',
    // Attached anew on a connection that stays, while the device itself is away.
    absent: 'offline',
    closed: 'offline',
    disable: 'disabled',
  },
  quarantined: {
    attached: 'ready',
    resynced: 'ready',
    'attach-failed': 'offline',
    'resync-failed': 'recovering',
    absent: 'offline',
    closed: 'offline',
    disable: 'disabled',
  },
  ready: {
    'lost-step': 'quarantined',
    // Told anew while it is ready, it has started afresh.
    present: 'quarantined',
    'resync-failed': 'recovering',
    absent: 'offline',
    closed: 'offline',
    disable: 'disabled',
  },
  recovering: {
    attached: 'ready',
    'lost-step': 'quarantined',
    'attach-failed': 'offline',
    absent: 'offline',
    closed: 'offline',
    disable: 'disabled',
  },
};

/** The next state, or the same one where the signal means nothing in it. */
export function next(state: DeviceState, signal: DeviceSignal): DeviceState {
  return transitions[state][signal] ?? state;
}

/** Whether a command may wait in the queue: the device is there, or about to be in step again. */
export function acceptsCommands(state: DeviceState): boolean {
  return state === 'ready' || state === 'quarantined' || state === 'recovering';
}
