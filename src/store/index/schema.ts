/** Of the tables below. An index of another version is built anew from the log. */
export const indexVersion = 2;

/**
 * Each list has an index that finds its commands in the order of their ids. `first_lag` and `last_lag` are the least
 * and the greatest difference between the time in an id and `submitted`: they lead from times to ids.
 */
export const indexSchema = `
  CREATE TABLE commands (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    device TEXT NOT NULL,
    command TEXT NOT NULL,
    caller TEXT NOT NULL,
    submitted INTEGER NOT NULL,
    simulated INTEGER NOT NULL,
    state TEXT NOT NULL,
    outcome TEXT,
    key TEXT,
    record TEXT NOT NULL
  ) STRICT;
  CREATE INDEX commands_device ON commands (device, id);
  CREATE INDEX commands_command ON commands (command, id);
  CREATE INDEX commands_caller ON commands (caller, id);
  CREATE INDEX commands_outcome ON commands (outcome, id) WHERE outcome IS NOT NULL;
  CREATE INDEX commands_state ON commands (state, id, outcome) WHERE outcome IS NULL;
  CREATE INDEX commands_key ON commands (caller, key, submitted) WHERE key IS NOT NULL;
  CREATE INDEX commands_submitted ON commands (submitted);
  CREATE TABLE progress (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    segment INTEGER,
    offset INTEGER,
    first_lag REAL NOT NULL,
    last_lag REAL NOT NULL
  ) STRICT;
  INSERT INTO progress VALUES (1, NULL, NULL, 0, 0);
  PRAGMA user_version = ${indexVersion};
`;

/** One that exists keeps its place; what never changes in a command is not written again. */
export const upsertCommand = `
  INSERT INTO commands (id, device, command, caller, submitted, simulated, state, outcome, key, record)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET state = excluded.state, outcome = excluded.outcome, key = excluded.key, record = excluded.record
`;

export const saveProgress = 'UPDATE progress SET segment = ?, offset = ?, first_lag = ?, last_lag = ?';

export const commandById = 'SELECT record FROM commands WHERE id = ?';

/** Each found by one step in its index, however many commands it has; 20,000 are a few hundredths of a second. */
export const someDevices = `
  WITH RECURSIVE found (device) AS (
    SELECT min(device) FROM commands
    UNION ALL
    SELECT (SELECT min(device) FROM commands WHERE device > found.device) FROM found WHERE found.device IS NOT NULL
  )
  SELECT device FROM found WHERE device IS NOT NULL LIMIT 20000
`;

export const commandByKey = `
  SELECT record FROM commands WHERE caller = ? AND key = ? AND submitted >= ? ORDER BY submitted DESC LIMIT 1
`;

/** The oldest ones, a slice of them. */
export const pruneCommands = `
  DELETE FROM commands
  WHERE row IN (SELECT row FROM commands WHERE submitted < ? ORDER BY submitted LIMIT ?)
`;
