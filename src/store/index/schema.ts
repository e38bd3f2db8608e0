/** Of the tables below. An index of another version is built anew from the log. */
export const indexVersion = 3;

/** Larger pages are fewer: a transaction writes each that it touches, and a checkpoint does so again. */
export const pragmasOfNew = ['page_size = 8192'];

/**
 * Rows stand in the order of ids (`Rows`), so each list has an index that finds its commands in this order and holds no
 * ids: a third of the bytes. `first_lag` and `last_lag` are the least and the greatest difference between the time in an
 * id and `submitted`: they lead from times to ids.
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
  CREATE INDEX commands_device ON commands (device);
  CREATE INDEX commands_command ON commands (command);
  CREATE INDEX commands_caller ON commands (caller);
  CREATE INDEX commands_outcome ON commands (outcome) WHERE outcome IS NOT NULL;
  CREATE INDEX commands_state ON commands (state, outcome) WHERE outcome IS NULL;
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

export const insertCommand = `
  INSERT INTO commands (state, outcome, key, record, id, row, device, command, caller, submitted, simulated)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
`;

/** What never changes in a command is not written again. */
export const updateCommand = 'UPDATE commands SET state = ?, outcome = ?, key = ?, record = ? WHERE id = ?';

/** An expression: the row of the first command with this id or a greater one; beyond all rows where there is none. */
export const rowFrom = `ifnull((SELECT row FROM commands WHERE id >= ? ORDER BY id LIMIT 1), ${Number.MAX_SAFE_INTEGER})`;

export const newestRow = 'SELECT id, row FROM commands ORDER BY row DESC LIMIT 1';

export const rowBefore = 'SELECT row FROM commands WHERE row < ? ORDER BY row DESC LIMIT 1';

/** The first row from one on that has none right behind it. */
export const endOfRun = `
  SELECT row FROM commands AS one
  WHERE row >= ? AND NOT EXISTS (SELECT 1 FROM commands WHERE row = one.row + 1)
  ORDER BY row LIMIT 1
`;

export const moveRow = 'UPDATE commands SET row = row + 1 WHERE row = ?';

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
