-- The ledger of package github.com/grondslag/grondslag/consent/sqlstore on PostgreSQL, version 1.
-- Every table has the tenant first in its key. Instants are Unix time in nanoseconds (UTC);
-- NULL is none. Identifiers, hashes and marks are the bytes themselves: encode(id, 'hex') shows them,
-- convert_from(body, 'UTF8') a text.

-- +goose Up

-- The version of these tables.
CREATE TABLE consent_version (
	version BIGINT NOT NULL PRIMARY KEY
);

-- What happened: added, never changed, never deleted. It holds digests and random numbers, and
-- says nothing of anyone once consent_personal is gone.
CREATE TABLE consent_events (
	tenant TEXT NOT NULL,
	id     BYTEA NOT NULL, -- 16 random bytes
	body   BYTEA NOT NULL, -- the leaf of the log as text: see package proof
	key    BYTEA           -- 32 bytes, keyed hash of the caller's idempotency key
);
CREATE UNIQUE INDEX consent_events_id ON consent_events (tenant, id);
CREATE UNIQUE INDEX consent_events_key ON consent_events (tenant, key) WHERE key IS NOT NULL;

-- Whom an event is about and what was disclosed: added, deleted by erasure, never changed.
CREATE TABLE consent_personal (
	tenant  TEXT NOT NULL,
	event   BYTEA NOT NULL,
	subject TEXT, -- reference to the person
	other   TEXT, -- the other reference of a merger
	lines   BYTEA -- disclosures, a line each
);
CREATE UNIQUE INDEX consent_personal_event ON consent_personal (tenant, event);
CREATE INDEX consent_personal_subject ON consent_personal (tenant, subject) WHERE subject IS NOT NULL;
CREATE INDEX consent_personal_merged ON consent_personal (tenant, subject, other) WHERE other IS NOT NULL;
CREATE INDEX consent_personal_other ON consent_personal (tenant, other, subject) WHERE other IS NOT NULL;

-- Disclosures that go earlier: added, deleted from until on, never changed.
CREATE TABLE consent_short (
	tenant TEXT NOT NULL,
	event  BYTEA NOT NULL,
	lines  BYTEA NOT NULL, -- disclosures, a line each
	until  BIGINT NOT NULL
);
CREATE UNIQUE INDEX consent_short_event ON consent_short (tenant, event);
CREATE INDEX consent_short_until ON consent_short (tenant, until);

-- References that have events: the row that is locked when one is added. Deleted by erasure.
CREATE TABLE consent_subjects (
	tenant  TEXT NOT NULL,
	subject TEXT NOT NULL,
	PRIMARY KEY (tenant, subject)
);

-- Keyed hashes of references that were erased: the erase-list. Added, never changed or deleted.
CREATE TABLE consent_erased (
	tenant TEXT NOT NULL,
	mark   BYTEA NOT NULL, -- 32 bytes
	at     BIGINT,         -- of the erasure
	PRIMARY KEY (tenant, mark)
);

-- What remains of an erased event so that one dispute can be settled: added, deleted from until on.
CREATE TABLE consent_capsules (
	tenant TEXT NOT NULL,
	event  BYTEA NOT NULL,
	salt   BYTEA NOT NULL,    -- 16 bytes
	time   BIGINT NOT NULL, -- of the event, Unix time in seconds
	until  BIGINT NOT NULL,
	PRIMARY KEY (tenant, event)
);
CREATE INDEX consent_capsules_until ON consent_capsules (tenant, until);

-- What was shown: added, never changed or deleted.
CREATE TABLE consent_notices (
	tenant TEXT NOT NULL,
	hash   BYTEA NOT NULL, -- 32 bytes
	notice BYTEA NOT NULL, -- canonical form
	since  BIGINT,       -- in force from
	PRIMARY KEY (tenant, hash)
);

-- Events that are not in the log yet. added orders them for reading; no index has it, so that
-- writers have no place in common.
CREATE TABLE consent_pending (
	tenant TEXT NOT NULL,
	event  BYTEA NOT NULL,
	leaf   BYTEA NOT NULL, -- 32 bytes, hash of the leaf
	added  TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp()
);
CREATE UNIQUE INDEX consent_pending_event ON consent_pending (tenant, event);

-- The size of the log: the row that an extension compares and swaps.
CREATE TABLE consent_log (
	tenant TEXT NOT NULL PRIMARY KEY,
	size   BIGINT NOT NULL
);

-- Positions in the log, from 0: added, never changed or deleted.
CREATE TABLE consent_leaves (
	tenant   TEXT NOT NULL,
	position BIGINT NOT NULL,
	event    BYTEA NOT NULL,
	PRIMARY KEY (tenant, position)
);
CREATE UNIQUE INDEX consent_leaves_event ON consent_leaves (tenant, event);

-- Hashes of the log in tiles of height 8; the last ones of each level grow.
CREATE TABLE consent_tiles (
	tenant   TEXT NOT NULL,
	level    BIGINT NOT NULL,
	position BIGINT NOT NULL,
	data     BYTEA NOT NULL, -- 32 bytes for each of up to 256 hashes
	PRIMARY KEY (tenant, level, position)
);

-- Signed heads of the log: added, cosigned, never deleted.
CREATE TABLE consent_checkpoints (
	tenant TEXT NOT NULL,
	size   BIGINT NOT NULL,
	note   BYTEA NOT NULL, -- signed note
	at     BIGINT,       -- when it was made
	PRIMARY KEY (tenant, size)
);

-- Who puts events in the log, and until when.
CREATE TABLE consent_lease (
	tenant TEXT NOT NULL PRIMARY KEY,
	holder TEXT NOT NULL,
	until  BIGINT
);

-- Marks on addresses: do not use it for the purpose over the channel. They outlive erasure.
CREATE TABLE consent_suppressions (
	tenant  TEXT NOT NULL,
	address BYTEA NOT NULL,    -- 32 bytes, keyed hash
	purpose TEXT NOT NULL,    -- '': every one
	channel TEXT NOT NULL,    -- '': every one
	reason  TEXT NOT NULL,    -- what happened; 'given' lifts it
	at      BIGINT,
	PRIMARY KEY (tenant, address, purpose, channel, reason)
);

-- Messages to recipients.
CREATE TABLE consent_outbox (
	tenant       TEXT NOT NULL,
	id           BYTEA NOT NULL, -- 16 random bytes
	event        BYTEA NOT NULL, -- what it tells of
	type         TEXT NOT NULL,
	recipient    TEXT NOT NULL,
	subject      TEXT NOT NULL, -- reference to the person; '' once it is acknowledged
	purpose      TEXT NOT NULL,
	channel      TEXT NOT NULL,
	at           BIGINT,
	attempts     BIGINT NOT NULL,
	tried        BIGINT,       -- the last attempt
	acknowledged BIGINT,
	PRIMARY KEY (tenant, id)
);
CREATE INDEX consent_outbox_event ON consent_outbox (tenant, event);
CREATE INDEX consent_outbox_waiting ON consent_outbox (tenant, at, id) WHERE acknowledged IS NULL;

-- Who consents now, for selections: derived from the events, and made again from them.
CREATE TABLE consent_standings (
	tenant  TEXT NOT NULL,
	purpose TEXT NOT NULL,
	channel TEXT NOT NULL,
	subject TEXT NOT NULL,
	event   BYTEA NOT NULL, -- the consent
	until   BIGINT,        -- it has ended from then on; NULL: no end is known
	PRIMARY KEY (tenant, purpose, channel, subject)
);
CREATE INDEX consent_standings_subject ON consent_standings (tenant, subject);

-- Requests that wait for their mailbox, under the hash of their token: deleted when they are spent, purged or forgotten.
CREATE TABLE consent_tokens (
	tenant  TEXT NOT NULL,
	hash    BYTEA NOT NULL, -- 32 bytes
	subject TEXT NOT NULL, -- reference to the person
	expires BIGINT NOT NULL,
	request BYTEA NOT NULL, -- what is confirmed, as JSON
	PRIMARY KEY (tenant, hash)
);
CREATE INDEX consent_tokens_expires ON consent_tokens (tenant, expires, hash);
CREATE INDEX consent_tokens_subject ON consent_tokens (tenant, subject);

-- +goose StatementBegin
CREATE FUNCTION consent_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION '% is refused on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END;
$$;
-- +goose StatementEnd
CREATE TRIGGER consent_events_update BEFORE UPDATE ON consent_events FOR EACH ROW EXECUTE FUNCTION consent_refuse();
CREATE TRIGGER consent_events_delete BEFORE DELETE ON consent_events FOR EACH ROW EXECUTE FUNCTION consent_refuse();
CREATE TRIGGER consent_events_truncate BEFORE TRUNCATE ON consent_events FOR EACH STATEMENT EXECUTE FUNCTION consent_refuse();
CREATE TRIGGER consent_personal_update BEFORE UPDATE ON consent_personal FOR EACH ROW EXECUTE FUNCTION consent_refuse();
CREATE TRIGGER consent_short_update BEFORE UPDATE ON consent_short FOR EACH ROW EXECUTE FUNCTION consent_refuse();
CREATE TRIGGER consent_erased_update BEFORE UPDATE ON consent_erased FOR EACH ROW EXECUTE FUNCTION consent_refuse();
CREATE TRIGGER consent_erased_delete BEFORE DELETE ON consent_erased FOR EACH ROW EXECUTE FUNCTION consent_refuse();
CREATE TRIGGER consent_erased_truncate BEFORE TRUNCATE ON consent_erased FOR EACH STATEMENT EXECUTE FUNCTION consent_refuse();
CREATE TRIGGER consent_capsules_update BEFORE UPDATE ON consent_capsules FOR EACH ROW EXECUTE FUNCTION consent_refuse();
CREATE TRIGGER consent_notices_update BEFORE UPDATE ON consent_notices FOR EACH ROW EXECUTE FUNCTION consent_refuse();
CREATE TRIGGER consent_notices_delete BEFORE DELETE ON consent_notices FOR EACH ROW EXECUTE FUNCTION consent_refuse();
CREATE TRIGGER consent_notices_truncate BEFORE TRUNCATE ON consent_notices FOR EACH STATEMENT EXECUTE FUNCTION consent_refuse();
CREATE TRIGGER consent_leaves_update BEFORE UPDATE ON consent_leaves FOR EACH ROW EXECUTE FUNCTION consent_refuse();
CREATE TRIGGER consent_leaves_delete BEFORE DELETE ON consent_leaves FOR EACH ROW EXECUTE FUNCTION consent_refuse();
CREATE TRIGGER consent_leaves_truncate BEFORE TRUNCATE ON consent_leaves FOR EACH STATEMENT EXECUTE FUNCTION consent_refuse();
CREATE TRIGGER consent_checkpoints_delete BEFORE DELETE ON consent_checkpoints FOR EACH ROW EXECUTE FUNCTION consent_refuse();
CREATE TRIGGER consent_checkpoints_truncate BEFORE TRUNCATE ON consent_checkpoints FOR EACH STATEMENT EXECUTE FUNCTION consent_refuse();
CREATE TRIGGER consent_suppressions_delete BEFORE DELETE ON consent_suppressions FOR EACH ROW EXECUTE FUNCTION consent_refuse();
CREATE TRIGGER consent_suppressions_truncate BEFORE TRUNCATE ON consent_suppressions FOR EACH STATEMENT EXECUTE FUNCTION consent_refuse();

INSERT INTO consent_version (version) VALUES (1);

-- +goose Down

-- This destroys the evidence of every consent.
DROP TABLE consent_tokens;
DROP TABLE consent_standings;
DROP TABLE consent_outbox;
DROP TABLE consent_suppressions;
DROP TABLE consent_lease;
DROP TABLE consent_checkpoints;
DROP TABLE consent_tiles;
DROP TABLE consent_leaves;
DROP TABLE consent_log;
DROP TABLE consent_pending;
DROP TABLE consent_notices;
DROP TABLE consent_capsules;
DROP TABLE consent_erased;
DROP TABLE consent_subjects;
DROP TABLE consent_short;
DROP TABLE consent_personal;
DROP TABLE consent_events;
DROP TABLE consent_version;
DROP FUNCTION consent_refuse();
