/**
 * What the devices of a service can do. Written by `bellcrank client`; write it anew when they change.
 *
 *     import { connect } from 'bellcrank/client';
 *     import type { Devices } from './devices.d.ts';
 *     const lab = connect<Devices>();
 */

/** The devices, by id. */
export interface Devices {
  /** SIMULATED. nmea0183 on gps-1-line; kind=receiver. */
  'gps-1': Nmea0183Device;
  /** SIMULATED. zigbee2mqtt-led1624g9 (zigbee2mqtt) on house; found=zigbee2mqtt. */
  light: Zigbee2mqttLed1624g9Device;
  /** SIMULATED. grbl on mill-1-line; bench=left, kind=mill. */
  'mill-1': GrblDevice;
  /** SIMULATED. bellcrank-oven on oven-line; bench=right, kind=oven. */
  'oven-1': BellcrankOvenDevice;
  /** SIMULATED. bellcrank-oven on oven-line; bench=right, kind=oven. */
  'oven-2': BellcrankOvenDevice;
  /** SIMULATED. tasmota-simulated (tasmota) on house; bench=left, kind=plug. */
  'plug-1': TasmotaSimulatedDevice;
  /** SIMULATED. tasmota-simulated (tasmota) on house; bench=right, kind=plug. */
  'plug-2': TasmotaSimulatedDevice;
  /** SIMULATED. scpi-supply on psu-1-line; bench=left, kind=supply. */
  'psu-1': ScpiSupplyPsu1Device;
  /** SIMULATED. scpi-supply on psu-2-line; bench=right, kind=supply. */
  'psu-2': ScpiSupplyPsu2Device;
  /** SIMULATED. sparkplug-b-device (sparkplug-b) on house; found=sparkplug. */
  'pump-skid': SparkplugBDevicePumpSkidDevice;
  /** SIMULATED. home-assistant-simulated-board-8 (home-assistant) on house; found=home-assistant. */
  'relay-board': HomeAssistantSimulatedBoard8Device;
  /** SIMULATED. shelly-gen2-sim (shelly-gen2) on house; found=shelly. */
  'shellysim-aaaaaaaaaaa1': ShellyGen2SimDevice;
  /** SIMULATED. homie-3b3d2f (homie) on house; found=homie. */
  'simulated-thermostat': Homie3b3d2fDevice;
  /** SIMULATED. sparkplug-b-bellcrank-simulated-edge (sparkplug-b) on house; found=sparkplug. */
  skid: SparkplugBBellcrankSimulatedEdgeDevice;
  /** SIMULATED. demo-stirrer on stirrer-1-line; bench=left, kind=stirrer. */
  'stirrer-1': DemoStirrerDevice;
  /** SIMULATED. sparkplug-b-device (sparkplug-b) on house; found=sparkplug. */
  tank: SparkplugBDeviceTankDevice;
}

/** nmea0183: gps-1. */
export interface Nmea0183Device {
  commands: {};
  properties: {
    /**
     * Altitude above mean sea level; not known with a two-dimensional fix.
     * In m: -100000 to 1000000.
     */
    altitude: {
      read: number;
    };
    /**
     * Course over ground, from true north.
     * In °: 0 to 360.
     */
    course: {
      read: number;
    };
    /** How the position is found, as GGA tells it. */
    fix: {
      read: 'none' | 'gps' | 'dgps' | 'pps' | 'rtk' | 'rtk-float' | 'estimated' | 'manual' | 'simulator';
    };
    /**
     * Dimensions of the fix, as GSA tells them.
     * `fix-mode`.
     */
    fixMode: {
      read: 'none' | '2d' | '3d';
    };
    /**
     * Horizontal dilution of precision.
     * 0 to 100.
     */
    hdop: {
      read: number;
    };
    /**
     * Magnetic variation, east positive; many receivers never tell it.
     * `magnetic-variation`. In °: -180 to 180.
     */
    magneticVariation: {
      read: number;
    };
    /**
     * Position dilution of precision.
     * 0 to 100.
     */
    pdop: {
      read: number;
    };
    /** Position; known only while every sentence says that the fix is valid. */
    position: {
      read: {
        /** Latitude, in °: -90 to 90. North is positive. */
        latitude: number;
        /** Longitude, in °: -180 to 180. East is positive. */
        longitude: number;
      };
    };
    /**
     * Satellites in view, of all systems together.
     * `satellites-in-view`. 0 to 999.
     */
    satellitesInView: {
      read: number;
    };
    /**
     * Satellites used for the fix.
     * `satellites-used`. 0 to 999.
     */
    satellitesUsed: {
      read: number;
    };
    /**
     * Speed over ground.
     * In m/s: 0 to 100000.
     */
    speed: {
      read: number;
    };
    /** UTC by the receiver, from sentences that carry their own date; a leap second ends in :60. */
    time: {
      read: string;
    };
  };
  events: {};
}

/** zigbee2mqtt-led1624g9: light. */
export interface Zigbee2mqttLed1624g9Device {
  commands: {
    /**
     * Triggers an effect on the light.
     * Effect: actuate. Confirmation: sent, within 10000 ms.
     */
    effect: {
      params: {
        /** Effect. */
        value: 'blink' | 'breathe' | 'okay';
      };
      result: Record<string, never>;
    };
    /**
     * Set several values in one message.
     * Effect: idempotent. Confirmation: acknowledged, within 10000 ms.
     */
    set: {
      params: {
        /** State. */
        state?: boolean;
        /** Brightness: 0 to 254. */
        brightness?: number;
        /** Color temp, in mired: 250 to 454. */
        'color-temp'?: number;
        /** Color. */
        'color-xy'?: {
          /** X. */
          x: number;
          /** Y. */
          y: number;
        };
        /** Color. */
        'color-hs'?: {
          /** Hue. */
          hue: number;
          /** Saturation. */
          saturation: number;
        };
        /** Transition, in s: 0 to 6553. */
        transition?: number;
      };
      result: {
        state?: boolean;
        brightness?: number;
        /** In mired. */
        'color-temp'?: number;
        'color-xy'?: {
          /** X. */
          x?: number;
          /** Y. */
          y?: number;
        };
        'color-hs'?: {
          /** Hue. */
          hue?: number;
          /** Saturation. */
          saturation?: number;
        };
      };
    };
    /**
     * Switch State to its other state.
     * Effect: actuate. Confirmation: acknowledged, within 10000 ms.
     */
    toggle: {
      params: Record<string, never>;
      result: Record<string, never>;
    };
  };
  properties: {
    /**
     * brightness.
     * Writing: idempotent, acknowledged. 0 to 254.
     */
    brightness: {
      read: number;
      write: number;
    };
    /**
     * Color.
     * `color-hs`.  Writing: idempotent, acknowledged.
     */
    colorHs: {
      read: {
        /** Hue. */
        hue?: number;
        /** Saturation. */
        saturation?: number;
      };
      write: {
        /** Hue. */
        hue: number;
        /** Saturation. */
        saturation: number;
      };
    };
    /**
     * color temp.
     * `color-temp`. In mired. Writing: idempotent, acknowledged. In mired: 250 to 454.
     */
    colorTemp: {
      read: number;
      write: number;
    };
    /**
     * Color.
     * `color-xy`.  Writing: idempotent, acknowledged.
     */
    colorXy: {
      read: {
        /** X. */
        x?: number;
        /** Y. */
        y?: number;
      };
      write: {
        /** X. */
        x: number;
        /** Y. */
        y: number;
      };
    };
    /**
     * Link quality (signal strength).
     * In lqi. Link quality (signal strength)
     */
    linkquality: {
      read: number;
    };
    /**
     * On/off state. True: ON; false: OFF.
     * On/off state. True: ON; false: OFF Writing: idempotent, acknowledged.
     */
    state: {
      read: boolean;
      write: boolean;
    };
  };
  events: {};
}

/** grbl: mill-1. */
export interface GrblDevice {
  commands: {
    /**
     * Switch coolant: flood and mist are added to one another, off ends both.
     * Effect: actuate. Confirmation: acknowledged, within 20000 ms.
     */
    coolant: {
      params: {
        /** Coolant. */
        mode: 'off' | 'flood' | 'mist';
      };
      result: Record<string, never>;
    };
    /**
     * Change the feed override.
     * `feed-override`. Effect: actuate. Confirmation: sent, within 3000 ms.
     */
    feedOverride: {
      params: {
        /** Step. */
        step: 'reset' | 'plus-10' | 'minus-10' | 'plus-1' | 'minus-1';
      };
      result: Record<string, never>;
    };
    /**
     * Feed hold: slow down to a stop, and keep what is queued.
     * Effect: actuate. Confirmation: confirmed, within 3000 ms.
     */
    hold: {
      params: Record<string, never>;
      result: Record<string, never>;
    };
    /**
     * Run the homing cycle.
     * Effect: actuate. Confirmation: confirmed, within 180000 ms.
     */
    home: {
      params: Record<string, never>;
      result: {
        /** X, in mm. */
        x: number;
        /** Y, in mm. */
        y: number;
        /** Z, in mm. */
        z: number;
      };
    };
    /**
     * Jog: a motion that can be cancelled and changes no G-code mode.
     * Effect: actuate. Confirmation: confirmed, within 30000 ms.
     */
    jog: {
      params: {
        /** X, in mm: -10000 to 10000. */
        x?: number;
        /** Y, in mm: -10000 to 10000. */
        y?: number;
        /** Z, in mm: -10000 to 10000. */
        z?: number;
        /** Feed, in mm/min: above 0, at most 100000. */
        feed: number;
        /** Mode: "relative" by default. Whether the axes tell a distance, or a position in work or machine coordinates. */
        mode?: 'relative' | 'work' | 'machine';
      } & ({ x: unknown } | { y: unknown } | { z: unknown });
      result: {
        /** X, in mm. */
        x: number;
        /** Y, in mm. */
        y: number;
        /** Z, in mm. */
        z: number;
      };
    };
    /**
     * End a jog that is under way.
     * `jog-cancel`. Effect: actuate. Confirmation: confirmed, within 3000 ms.
     */
    jogCancel: {
      params: Record<string, never>;
      result: Record<string, never>;
    };
    /**
     * Move to a position, in a straight line.
     * `move-to`. Effect: actuate. Confirmation: confirmed, within 30000 ms.
     */
    moveTo: {
      params: {
        /** X, in mm: -10000 to 10000. */
        x?: number;
        /** Y, in mm: -10000 to 10000. */
        y?: number;
        /** Z, in mm: -40 to 10000. */
        z?: number;
        /** Feed, in mm/min: above 0, at most 100000. */
        feed?: number;
        /** Rapid. As fast as the machine goes; then no feed is needed. */
        rapid?: boolean;
        /** Coordinates: "work" by default. */
        coordinates?: 'work' | 'machine';
      } & ({ x: unknown } | { y: unknown } | { z: unknown }) &
        ({ feed: unknown } | { rapid: true });
      result: {
        /** X, in mm. */
        x: number;
        /** Y, in mm. */
        y: number;
        /** Z, in mm. */
        z: number;
      };
    };
    /**
     * Set the override of rapid motions.
     * `rapid-override`. Effect: actuate. Confirmation: sent, within 3000 ms.
     */
    rapidOverride: {
      params: {
        /** Of full, in %. */
        percent: 100 | 50 | 25;
      };
      result: Record<string, never>;
    };
    /**
     * Read all settings of the controller ($$).
     * `read-settings`. Effect: read. Confirmation: acknowledged, within 5000 ms.
     */
    readSettings: {
      params: Record<string, never>;
      result: {
        settings: readonly {
          /** Setting: 0 to 255. */
          number: number;
          value: number;
        }[];
      };
    };
    /**
     * Go on after a feed hold, a closed door or a program pause.
     * Effect: actuate. Confirmation: confirmed, within 3000 ms.
     */
    resume: {
      params: Record<string, never>;
      result: Record<string, never>;
    };
    /**
     * Run G-code: it is streamed to the controller, and ends when the last motion has.
     * `run-job`. Effect: actuate. Confirmation: confirmed, within 30000 ms.
     */
    runJob: {
      params: {
        /** G-code: at least 1 characters, at most 4000000 characters. Lines of at most 79 characters without blanks and comments; no $ commands. */
        gcode: string;
      };
      result: {
        /** Lines executed. */
        lines: number;
      };
    };
    /**
     * Write one setting of the controller into its EEPROM.
     * `set-setting`. Effect: idempotent. Confirmation: acknowledged, within 5000 ms.
     */
    setSetting: {
      params: {
        /** Setting: 0 to 255. */
        number: number;
        /** Value: -1000000 to 1000000. */
        value: number;
      };
      result: Record<string, never>;
    };
    /**
     * Make the present position the zero of the work coordinates in use; kept over a reset.
     * `set-work-zero`. Effect: actuate. Confirmation: acknowledged, within 20000 ms.
     */
    setWorkZero: {
      params: {
        /** Axes. */
        axes: readonly ('x' | 'y' | 'z')[];
      };
      result: Record<string, never>;
    };
    /**
     * Reset the controller: motion stops at once, what is queued is dropped, the position is in doubt.
     * `soft-reset`. Effect: actuate. Confirmation: acknowledged, within 3000 ms.
     */
    softReset: {
      params: Record<string, never>;
      result: Record<string, never>;
    };
    /**
     * Stop the spindle.
     * `spindle-off`. Effect: actuate. Confirmation: acknowledged, within 20000 ms.
     */
    spindleOff: {
      params: Record<string, never>;
      result: Record<string, never>;
    };
    /**
     * Start the spindle.
     * `spindle-on`. Effect: actuate. Confirmation: acknowledged, within 20000 ms.
     */
    spindleOn: {
      params: {
        /** Speed, in rpm: 0 to 100000. */
        rpm: number;
        /** Direction: "clockwise" by default. */
        direction?: 'clockwise' | 'counterclockwise';
      };
      result: Record<string, never>;
    };
    /**
     * Change the spindle speed override.
     * `spindle-override`. Effect: actuate. Confirmation: sent, within 3000 ms.
     */
    spindleOverride: {
      params: {
        /** Step. */
        step: 'reset' | 'plus-10' | 'minus-10' | 'plus-1' | 'minus-1';
      };
      result: Record<string, never>;
    };
    /**
     * Leave the alarm without homing.
     * Effect: actuate. Confirmation: acknowledged, within 20000 ms.
     */
    unlock: {
      params: Record<string, never>;
      result: Record<string, never>;
    };
  };
  properties: {
    /** Free places in the planner and free bytes in the receive buffer, if the controller tells ($10). */
    buffer: {
      read: {
        /** At least 0. */
        blocks: number;
        /** In B: at least 0. */
        bytes: number;
      };
    };
    /**
     * Feed at this moment.
     * `feed-rate`. In mm/min: at least 0.
     */
    feedRate: {
      read: number;
    };
    /**
     * The last alarm since the device was attached.
     * `last-alarm`.
     */
    lastAlarm: {
      read: {
        /** Code. */
        code: number;
        /** Text: at most 100 characters. */
        text: string;
      };
    };
    /**
     * Position in machine coordinates.
     * `machine-position`.
     */
    machinePosition: {
      read: {
        /** X, in mm. */
        x: number;
        /** Y, in mm. */
        y: number;
        /** Z, in mm. */
        z: number;
      };
    };
    /** Overrides in percent of what was programmed. */
    overrides: {
      read: {
        /** Feed, in %: 0 to 255. */
        feed: number;
        /** Rapid, in %: 0 to 255. */
        rapid: number;
        /** Spindle, in %: 0 to 255. */
        spindle: number;
      };
    };
    /**
     * Input pins that are triggered: limits X Y Z, P probe, D door, H hold, R reset, S start.
     * At most 20 characters.
     */
    pins: {
      read: string;
    };
    /**
     * Homed, and nothing has happened since that puts the position in doubt.
     * `position-known`.
     */
    positionKnown: {
      read: boolean;
    };
    /**
     * Spindle speed that the controller asks for; absent in builds without variable spindle.
     * `spindle-speed`. In rpm: at least 0.
     */
    spindleSpeed: {
      read: number;
    };
    /** State of the machine. */
    state: {
      read: 'Idle' | 'Run' | 'Hold' | 'Jog' | 'Alarm' | 'Door' | 'Check' | 'Home' | 'Sleep';
    };
    /**
     * Of a hold (0 at rest, 1 still slowing down) or a door (0 closed, 1 open, 2 parking, 3 resuming).
     * `sub-state`.
     */
    subState: {
      read: number | null;
    };
    /**
     * Position in work coordinates.
     * `work-position`.
     */
    workPosition: {
      read: {
        /** X, in mm. */
        x: number;
        /** Y, in mm. */
        y: number;
        /** Z, in mm. */
        z: number;
      };
    };
  };
  events: {
    /** The controller went into alarm. */
    alarm: {
      /** Code. */
      code: number;
      /** Text: at most 100 characters. */
      text: string;
    };
    /**
     * How far a job has come.
     * `job-progress`.
     */
    jobProgress: {
      /** Lines sent: at least 0. */
      sent: number;
      /** Lines answered: at least 0. */
      acknowledged: number;
      /** Lines in all: at least 0. */
      total: number;
    };
    /** What the controller says unasked, such as "Check Door". */
    message: {
      /** At most 100 characters. */
      text: string;
    };
    /** The controller started afresh: by command, by a button, or because its power came back. */
    reset: {
      /** At most 100 characters. */
      banner: string;
    };
  };
}

/** bellcrank-oven: oven-1, oven-2. */
export interface BellcrankOvenDevice {
  commands: {
    /**
     * Set the setpoint and enable the heater.
     * Effect: actuate. Confirmation: acknowledged, within 2000 ms.
     */
    heat: {
      params: {
        /** Setpoint, in °C: 0 to 300. */
        celsius: number;
      };
      result: Record<string, never>;
    };
    /**
     * Reset a latched alarm; refused while its cause lasts.
     * `reset-alarm`. Effect: idempotent. Confirmation: acknowledged, within 2000 ms.
     */
    resetAlarm: {
      params: Record<string, never>;
      result: Record<string, never>;
    };
    /**
     * Tell the controller’s version.
     * Effect: read. Confirmation: acknowledged, within 2000 ms.
     */
    version: {
      params: Record<string, never>;
      result: {
        version: string;
      };
    };
  };
  properties: {
    /** Alarm that is latched until it is reset. */
    alarm: {
      read: 'none' | 'over-temperature' | 'sensor';
    };
    /**
     * Whether the temperature has reached the setpoint.
     * `at-setpoint`.
     */
    atSetpoint: {
      read: boolean;
    };
    /**
     * Whether the door is open, which interrupts the heater.
     * `door-open`.
     */
    doorOpen: {
      read: boolean;
    };
    /**
     * Speed of the fan.
     * Writing: idempotent, confirmed.
     */
    fan: {
      read: 'off' | 'low' | 'high';
      write: 'off' | 'low' | 'high';
    };
    /**
     * Whether the heater is enabled.
     * `heater-on`.  Writing: actuate, confirmed.
     */
    heaterOn: {
      read: boolean;
      write: boolean;
    };
    /**
     * Text on the display.
     * At most 16 characters, like ^[ -~]*$. Writing: idempotent, confirmed.
     */
    label: {
      read: string;
      write: string;
    };
    /**
     * Light in the chamber.
     * Writing: idempotent, confirmed.
     */
    light: {
      read: boolean;
      write: boolean;
    };
    /**
     * Hours with the heater on.
     * `operating-hours`. In h: at least 0.
     */
    operatingHours: {
      read: number;
    };
    /**
     * Power that the heater takes.
     * In W: at least 0.
     */
    power: {
      read: number;
    };
    /**
     * Most power that the heater may take.
     * `power-limit`. In W: 0 to 2000. Writing: idempotent, confirmed.
     */
    powerLimit: {
      read: number;
      write: number;
    };
    /**
     * Steepest rise of the working setpoint; 0 jumps.
     * In K/min: 0 to 100. Writing: idempotent, confirmed.
     */
    ramp: {
      read: number;
      write: number;
    };
    /**
     * Temperature to be reached.
     * In °C: 0 to 300. Writing: actuate, confirmed.
     */
    setpoint: {
      read: number;
      write: number;
    };
    /**
     * Temperature in the chamber.
     * In °C.
     */
    temperature: {
      read: number;
    };
  };
  events: {};
}

/** tasmota-simulated: plug-1, plug-2. */
export interface TasmotaSimulatedDevice {
  commands: {
    /**
     * Switch the relay on or off.
     * Effect: idempotent. Confirmation: confirmed, within 5000 ms.
     */
    power: {
      params: {
        /** On. True: on. */
        on: boolean;
      };
      result: {
        /** On. True: on. */
        on: boolean;
      };
    };
    /**
     * Restart the firmware; its PowerOnState says what becomes of the relays.
     * Effect: actuate. Confirmation: acknowledged, within 5000 ms.
     */
    restart: {
      params: Record<string, never>;
      result: Record<string, never>;
    };
    /**
     * Switch the relay to its other state.
     * Effect: actuate. Confirmation: acknowledged, within 5000 ms.
     */
    toggle: {
      params: Record<string, never>;
      result: {
        /** On. True: on. */
        on: boolean;
      };
    };
  };
  properties: {
    /**
     * Active power.
     * `active-power`. In W.
     */
    activePower: {
      read: number;
    };
    /**
     * Apparent power.
     * `apparent-power`. In VA.
     */
    apparentPower: {
      read: number;
    };
    /**
     * Current.
     * In A.
     */
    current: {
      read: number;
    };
    /**
     * Energy since midnight of the device's clock.
     * `energy-today`. In kWh.
     */
    energyToday: {
      read: number;
    };
    /**
     * Energy since the counter was last reset.
     * `energy-total`. In kWh.
     */
    energyTotal: {
      read: number;
    };
    /**
     * Energy of the day before.
     * `energy-yesterday`. In kWh.
     */
    energyYesterday: {
      read: number;
    };
    /**
     * The relay, as the firmware holds it.
     * True: on. Writing: idempotent, confirmed.
     */
    power: {
      read: boolean;
      write: boolean;
    };
    /**
     * Power factor.
     * `power-factor`.
     */
    powerFactor: {
      read: number;
    };
    /**
     * Reactive power.
     * `reactive-power`. In var.
     */
    reactivePower: {
      read: number;
    };
    /**
     * Time since the device started.
     * In s: at least 0.
     */
    uptime: {
      read: number;
    };
    /**
     * Voltage.
     * In V.
     */
    voltage: {
      read: number;
    };
    /**
     * Strength of its Wi-Fi.
     * `wifi-signal`. In dBm.
     */
    wifiSignal: {
      read: number;
    };
  };
  events: {
    /**
     * A relay changed, and no command sent from here explains it: its button, a timer, another client.
     * `power-changed`.
     */
    powerChanged: {
      /** On. True: on. */
      on: boolean;
    };
  };
}

/** scpi-supply: psu-1. */
export interface ScpiSupplyPsu1Device {
  commands: {
    /**
     * Switch the output on or off.
     * Effect: idempotent. Confirmation: acknowledged, within 2000 ms.
     */
    output: {
      params: {
        /** On. True connects the output, false disconnects it. */
        on: boolean;
      };
      result: Record<string, never>;
    };
    /**
     * Set the current limit.
     * `set-current`. Effect: idempotent. Confirmation: acknowledged, within 2000 ms.
     */
    setCurrent: {
      params: {
        /** Current, in A: 0 to 5. Current limit: above it the supply holds the current. */
        amps: number;
      };
      result: Record<string, never>;
    };
    /**
     * Set the output voltage.
     * `set-voltage`. Effect: idempotent. Confirmation: acknowledged, within 2000 ms.
     */
    setVoltage: {
      params: {
        /** Voltage, in V: 0 to 30. Output voltage in constant-voltage mode. */
        volts: number;
      };
      result: Record<string, never>;
    };
  };
  properties: {
    /**
     * Current limit that the supply is set to.
     * `current-setpoint`. In A: 0 to 5. Writing: idempotent, confirmed.
     */
    currentSetpoint: {
      read: number;
      write: number;
    };
    /**
     * Current through the output.
     * `measured-current`. In A.
     */
    measuredCurrent: {
      read: number;
    };
    /**
     * Power into the load.
     * `measured-power`. In W.
     */
    measuredPower: {
      read: number;
    };
    /**
     * Voltage at the output terminals.
     * `measured-voltage`. In V.
     */
    measuredVoltage: {
      read: number;
    };
    /**
     * Whether the output is on.
     * `output-enabled`.
     */
    outputEnabled: {
      read: boolean;
    };
    /**
     * Voltage that the supply is set to.
     * `voltage-setpoint`. In V: 0 to 30. Writing: idempotent, confirmed.
     */
    voltageSetpoint: {
      read: number;
      write: number;
    };
  };
  events: {
    /**
     * An entry of the error queue that no command of ours explains.
     * `device-error`.
     */
    deviceError: {
      /** Code. Negative codes are SCPI-1999, positive ones the maker’s. */
      code: number;
      /** Text: at most 255 characters. */
      text: string;
    };
  };
}

/** scpi-supply: psu-2. */
export interface ScpiSupplyPsu2Device {
  commands: {
    /**
     * Switch the output on or off.
     * Effect: idempotent. Confirmation: acknowledged, within 2000 ms.
     */
    output: {
      params: {
        /** On. True connects the output, false disconnects it. */
        on: boolean;
      };
      result: Record<string, never>;
    };
    /**
     * Set the output voltage.
     * `set-voltage`. Effect: idempotent. Confirmation: acknowledged, within 2000 ms.
     */
    setVoltage: {
      params: {
        /** Voltage, in V: 0 to 5.5. Output voltage in constant-voltage mode. */
        volts: number;
      };
      result: Record<string, never>;
    };
  };
  properties: {
    /**
     * Current limit that the supply is set to.
     * `current-setpoint`. In A: 0 to 5.
     */
    currentSetpoint: {
      read: number;
    };
    /**
     * Current through the output.
     * `measured-current`. In A.
     */
    measuredCurrent: {
      read: number;
    };
    /**
     * Power into the load.
     * `measured-power`. In W.
     */
    measuredPower: {
      read: number;
    };
    /**
     * Voltage at the output terminals.
     * `measured-voltage`. In V.
     */
    measuredVoltage: {
      read: number;
    };
    /**
     * Whether the output is on.
     * `output-enabled`.
     */
    outputEnabled: {
      read: boolean;
    };
    /**
     * Voltage that the supply is set to.
     * `voltage-setpoint`. In V: 0 to 30. Writing: idempotent, confirmed. In V: 0 to 5.5.
     */
    voltageSetpoint: {
      read: number;
      write: number;
    };
  };
  events: {
    /**
     * An entry of the error queue that no command of ours explains.
     * `device-error`.
     */
    deviceError: {
      /** Code. Negative codes are SCPI-1999, positive ones the maker’s. */
      code: number;
      /** Text: at most 255 characters. */
      text: string;
    };
  };
}

/** sparkplug-b-device: pump-skid. */
export interface SparkplugBDevicePumpSkidDevice {
  commands: {
    /**
     * Write one or more metrics in one message.
     * Effect: idempotent. Confirmation: confirmed, within 5000 ms.
     */
    set: {
      params: {
        /** Outputs/Valve Open. */
        'outputs-valve-open'?: boolean;
        /** Setpoints/Speed, in rpm: -3000 to 3000. */
        'setpoints-speed'?: number;
        /** Setpoints/Trim: -128 to 127. */
        'setpoints-trim'?: number;
      };
      result: {
        /** Sensors/Temperature, in °C. */
        'sensors-temperature'?: number;
        /** Sensors/Pressure, in bar: -3.4028235e+38 to 3.4028235e+38. */
        'sensors-pressure'?: number;
        /** Outputs/Valve Open. */
        'outputs-valve-open'?: boolean;
        /** Setpoints/Speed, in rpm: -2147483648 to 2147483647. */
        'setpoints-speed'?: number;
        /** Setpoints/Trim: -128 to 127. */
        'setpoints-trim'?: number;
        /** Counters/Starts: 0 to 4294967295. */
        'counters-starts'?: number;
        /** Properties/Serial Number: at most 4096 characters. */
        'properties-serial-number'?: string;
      };
    };
  };
  properties: {
    /**
     * Counters/Starts.
     * `counters-starts`. 0 to 4294967295.
     */
    countersStarts: {
      read: number;
    };
    /**
     * Outputs/Valve Open.
     * `outputs-valve-open`.  Writing: idempotent, confirmed.
     */
    outputsValveOpen: {
      read: boolean;
      write: boolean;
    };
    /**
     * Properties/Serial Number.
     * `properties-serial-number`. At most 4096 characters.
     */
    propertiesSerialNumber: {
      read: string;
    };
    /**
     * Sensors/Pressure.
     * `sensors-pressure`. In bar: -3.4028235e+38 to 3.4028235e+38.
     */
    sensorsPressure: {
      read: number;
    };
    /**
     * Sensors/Temperature.
     * `sensors-temperature`. In °C.
     */
    sensorsTemperature: {
      read: number;
    };
    /**
     * Setpoints/Speed.
     * `setpoints-speed`. In rpm: -2147483648 to 2147483647. Writing: idempotent, confirmed. In rpm: -3000 to 3000.
     */
    setpointsSpeed: {
      read: number;
      write: number;
    };
    /**
     * Setpoints/Trim.
     * `setpoints-trim`. -128 to 127. Writing: idempotent, confirmed.
     */
    setpointsTrim: {
      read: number;
      write: number;
    };
  };
  events: {};
}

/** home-assistant-simulated-board-8: relay-board. */
export interface HomeAssistantSimulatedBoard8Device {
  commands: {
    /**
     * Blind: Close.
     * `blind-close`. Effect: idempotent. Confirmation: acknowledged, within 5000 ms.
     */
    blindClose: {
      params: Record<string, never>;
      result: Record<string, never>;
    };
    /**
     * Blind: Open.
     * `blind-open`. Effect: idempotent. Confirmation: acknowledged, within 5000 ms.
     */
    blindOpen: {
      params: Record<string, never>;
      result: Record<string, never>;
    };
    /**
     * Blind: Stop where it is.
     * `blind-stop-moving`. Effect: idempotent. Confirmation: acknowledged, within 5000 ms.
     */
    blindStopMoving: {
      params: Record<string, never>;
      result: Record<string, never>;
    };
    /**
     * Lamp: Set several things in one message; what is set turns the light on.
     * `lamp-set`. Effect: idempotent. Confirmation: confirmed, within 5000 ms.
     */
    lampSet: {
      params: {
        on?: boolean;
        /** 0 to 255. */
        brightness?: number;
        /** In s: 0 to 3600. */
        transition?: number;
      };
      result: Record<string, never>;
    };
    /**
     * Restart: Press.
     * `restart-press`. Effect: actuate. Confirmation: sent, within 5000 ms.
     */
    restartPress: {
      params: Record<string, never>;
      result: Record<string, never>;
    };
  };
  properties: {
    /** Blind: Where it is. */
    blind: {
      read: 'open' | 'opening' | 'closed' | 'closing' | 'stopped';
    };
    /** Door: On or off, as the device tells. */
    door: {
      read: boolean;
    };
    /**
     * Lamp: On or off.
     * Writing: idempotent, confirmed.
     */
    lamp: {
      read: boolean;
      write: boolean;
    };
    /**
     * Lamp: Brightness.
     * `lamp-brightness`. 0 to 255. Writing: idempotent, confirmed.
     */
    lampBrightness: {
      read: number;
      write: number;
    };
    /**
     * Mode: One of its options.
     * Writing: idempotent, confirmed.
     */
    mode: {
      read: 'eco' | 'comfort' | 'off';
      write: 'eco' | 'comfort' | 'off';
    };
    /**
     * Relay: On or off.
     * Writing: idempotent, confirmed.
     */
    relay: {
      read: boolean;
      write: boolean;
    };
    /**
     * Setpoint: A number.
     * In °C: 5 to 30. Writing: idempotent, confirmed. In °C: 5 to 30, in steps of 0.5.
     */
    setpoint: {
      read: number;
      write: number;
    };
    /**
     * Temperature: What it measures.
     * In °C.
     */
    temperature: {
      read: number;
    };
  };
  events: {};
}

/** shelly-gen2-sim: shellysim-aaaaaaaaaaa1. */
export interface ShellyGen2SimDevice {
  commands: {
    /**
     * Switch to the other state.
     * `switch-0-toggle`. Effect: actuate. Confirmation: acknowledged, within 5000 ms.
     */
    switch0Toggle: {
      params: Record<string, never>;
      result: {
        /** Was on. The state before. */
        wasOn?: boolean;
      };
    };
  };
  properties: {
    /**
     * Input 0: Whether the input is on.
     * `input-0`.
     */
    input0: {
      read: boolean;
    };
    /**
     * Switch 0: Whether the output is on.
     * `switch-0`. True: the output is on. Writing: idempotent, confirmed.
     */
    switch0: {
      read: boolean;
      write: boolean;
    };
    /**
     * Switch 0: Current.
     * `switch-0-current`. In A.
     */
    switch0Current: {
      read: number;
    };
    /**
     * Switch 0: Energy consumed.
     * `switch-0-energy`. In Wh: at least 0.
     */
    switch0Energy: {
      read: number;
    };
    /**
     * Switch 0: Mains frequency.
     * `switch-0-frequency`. In Hz: at least 0.
     */
    switch0Frequency: {
      read: number;
    };
    /**
     * Switch 0: Active power.
     * `switch-0-power`. In W.
     */
    switch0Power: {
      read: number;
    };
    /**
     * Switch 0: Temperature of the device.
     * `switch-0-temperature`. In °C.
     */
    switch0Temperature: {
      read: number;
    };
    /**
     * Switch 0: Voltage.
     * `switch-0-voltage`. In V.
     */
    switch0Voltage: {
      read: number;
    };
  };
  events: {
    /**
     * What happened at the input: single_push, double_push, long_push, btn_down, btn_up, …
     * `input-0`.
     */
    input0: {
      /** Event: at most 64 characters. */
      event: string;
    };
  };
}

/** homie-3b3d2f: simulated-thermostat. */
export interface Homie3b3d2fDevice {
  commands: {
    /**
     * Panel: Beep.
     * `panel-beep`. Effect: actuate. Confirmation: sent, within 5000 ms.
     */
    panelBeep: {
      params: {
        /** Panel: Beep. */
        value: 'once' | 'twice';
      };
      result: Record<string, never>;
    };
  };
  properties: {
    /** What the device says is wrong with it; empty if nothing is. */
    alerts: {
      read: Readonly<Record<string, string>>;
    };
    /**
     * Climate: Heating.
     * `climate-heating`. False: idle; true: heating
     */
    climateHeating: {
      read: boolean;
    };
    /**
     * Climate: Mode.
     * `climate-mode`.  Writing: idempotent, acknowledged.
     */
    climateMode: {
      read: 'off' | 'heat' | 'auto';
      write: 'off' | 'heat' | 'auto';
    };
    /**
     * Climate: Setpoint.
     * `climate-setpoint`. In °C. Writing: idempotent, acknowledged. In °C: 5 to 30, in steps of 0.5.
     */
    climateSetpoint: {
      read: number;
      write: number;
    };
    /**
     * Climate: Temperature.
     * `climate-temperature`. In °C.
     */
    climateTemperature: {
      read: number;
    };
    /**
     * Climate: Valve.
     * `climate-valve`. In %. Writing: idempotent, acknowledged. In %: 0 to 100.
     */
    climateValve: {
      read: number;
      write: number;
    };
    /**
     * Panel: Backlight.
     * `panel-backlight`.  Writing: idempotent, acknowledged.
     */
    panelBacklight: {
      read:
        | {
            /** 0 to 255. */
            r: number;
            /** 0 to 255. */
            g: number;
            /** 0 to 255. */
            b: number;
          }
        | {
            /** 0 to 360. */
            h: number;
            /** 0 to 100. */
            s: number;
            /** 0 to 100. */
            v: number;
          };
      write:
        | {
            /** 0 to 255. */
            r: number;
            /** 0 to 255. */
            g: number;
            /** 0 to 255. */
            b: number;
          }
        | {
            /** 0 to 360. */
            h: number;
            /** 0 to 100. */
            s: number;
            /** 0 to 100. */
            v: number;
          };
    };
    /**
     * Panel: Label.
     * `panel-label`. At most 16384 characters. Writing: idempotent, acknowledged. At most 16384 characters.
     */
    panelLabel: {
      read: string;
      write: string;
    };
  };
  events: {
    /**
     * Panel: Beep.
     * `panel-beep`.
     */
    panelBeep: {
      /** Panel: Beep. */
      value: 'once' | 'twice';
    };
    /**
     * Panel: Pressed.
     * `panel-pressed`.
     */
    panelPressed: {
      /** Panel: Pressed. */
      value: 'short' | 'long';
    };
  };
}

/** sparkplug-b-bellcrank-simulated-edge: skid. */
export interface SparkplugBBellcrankSimulatedEdgeDevice {
  commands: {
    /**
     * Have the node tell all of its metrics and devices anew.
     * Effect: idempotent. Confirmation: confirmed, within 5000 ms.
     */
    rebirth: {
      params: Record<string, never>;
      result: Record<string, never>;
    };
    /**
     * Restart the node.
     * Effect: actuate. Confirmation: sent, within 5000 ms.
     */
    reboot: {
      params: Record<string, never>;
      result: Record<string, never>;
    };
    /**
     * Write one or more metrics in one message.
     * Effect: idempotent. Confirmation: confirmed, within 5000 ms.
     */
    set: {
      params: {
        /** Cabinet/Light On. */
        'cabinet-light-on'?: boolean;
      };
      result: {
        /** Properties/Hardware Make: at most 4096 characters. */
        'properties-hardware-make'?: string;
        /** Properties/Hardware Model: at most 4096 characters. */
        'properties-hardware-model'?: string;
        /** Cabinet/Light On. */
        'cabinet-light-on'?: boolean;
      };
    };
  };
  properties: {
    /**
     * Cabinet/Light On.
     * `cabinet-light-on`.  Writing: idempotent, confirmed.
     */
    cabinetLightOn: {
      read: boolean;
      write: boolean;
    };
    /**
     * Properties/Hardware Make.
     * `properties-hardware-make`. At most 4096 characters.
     */
    propertiesHardwareMake: {
      read: string;
    };
    /**
     * Properties/Hardware Model.
     * `properties-hardware-model`. At most 4096 characters.
     */
    propertiesHardwareModel: {
      read: string;
    };
  };
  events: {};
}

/** demo-stirrer: stirrer-1. */
export interface DemoStirrerDevice {
  commands: {
    /**
     * Revolutions since it was switched on.
     * `count-revolutions`. Effect: read. Confirmation: acknowledged, within 2000 ms.
     */
    countRevolutions: {
      params: Record<string, never>;
      result: {
        /** At least 0. */
        revolutions: number;
      };
    };
    /**
     * Let the motor run out.
     * Effect: idempotent. Confirmation: acknowledged, within 2000 ms.
     */
    halt: {
      params: Record<string, never>;
      result: Record<string, never>;
    };
    /**
     * Start the motor.
     * Effect: actuate. Confirmation: acknowledged, within 2000 ms.
     */
    start: {
      params: Record<string, never>;
      result: Record<string, never>;
    };
  };
  properties: {
    /** Whether the motor is on. */
    running: {
      read: boolean;
    };
    /**
     * Speed that it turns at when it runs.
     * In 1/min: 0 to 2000. Writing: idempotent, confirmed.
     */
    setpoint: {
      read: number;
      write: number;
    };
    /**
     * Speed of the shaft.
     * In 1/min.
     */
    speed: {
      read: number;
    };
    /**
     * Torque at the shaft.
     * In N·cm.
     */
    torque: {
      read: number;
    };
  };
  events: {};
}

/** sparkplug-b-device: tank. */
export interface SparkplugBDeviceTankDevice {
  commands: {
    /**
     * Write one or more metrics in one message.
     * Effect: idempotent. Confirmation: confirmed, within 5000 ms.
     */
    set: {
      params: {
        /** Heater On. */
        'heater-on'?: boolean;
        /** Label: at most 4096 characters. */
        label?: string;
        /** Filled At: like ^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$. UTC, milliseconds at most. */
        'filled-at'?: string;
        /** Batch. */
        batch?: string;
      };
      result: {
        /** Level, in %. */
        level?: number;
        /** Heater On. */
        'heater-on'?: boolean;
        /** Label: at most 4096 characters. */
        label?: string;
        /** Filled At: like ^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$. UTC, milliseconds at most. */
        'filled-at'?: string;
        /** Batch. */
        batch?: string;
      };
    };
  };
  properties: {
    /**
     * Batch.
     * Writing: idempotent, confirmed.
     */
    batch: {
      read: string;
      write: string;
    };
    /**
     * Filled At.
     * `filled-at`. Like ^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$. UTC, milliseconds at most. Writing: idempotent, confirmed.
     */
    filledAt: {
      read: string;
      write: string;
    };
    /**
     * Heater On.
     * `heater-on`.  Writing: idempotent, confirmed.
     */
    heaterOn: {
      read: boolean;
      write: boolean;
    };
    /**
     * Label.
     * At most 4096 characters. Writing: idempotent, confirmed.
     */
    label: {
      read: string;
      write: string;
    };
    /**
     * Level.
     * In %.
     */
    level: {
      read: number;
    };
  };
  events: {};
}
