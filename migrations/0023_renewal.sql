-- What comes after an agreement: notice, warnings, amendments and renewals, and the calendars of people.

CREATE TABLE agreement_follows (
    follow TEXT PRIMARY KEY
);
INSERT INTO agreement_follows (follow) VALUES ('amends'), ('renews');

-- The agreement that this one amends or renews.
ALTER TABLE agreements ADD COLUMN follows_id UUID REFERENCES agreements (id);
ALTER TABLE agreements ADD COLUMN follows_as TEXT REFERENCES agreement_follows (follow);
-- The last day on which notice can be given, as ISO text; empty where there is none.
ALTER TABLE agreements ADD COLUMN notice_on TEXT NOT NULL DEFAULT '';
-- From when on somebody has to have decided what becomes of it; NULL where there is nothing to decide.
ALTER TABLE agreements ADD COLUMN decide_at BIGINT;
-- The last day of the term for which somebody decided.
ALTER TABLE agreements ADD COLUMN decided_for TEXT NOT NULL DEFAULT '';
-- When it is warned of its day for notice, or its last day, the next time.
ALTER TABLE agreements ADD COLUMN warn_at BIGINT;
-- The day on which it was terminated or renewed, as ISO text; empty while it was not.
ALTER TABLE agreements ADD COLUMN ended_on TEXT NOT NULL DEFAULT '';
CREATE INDEX agreements_follows ON agreements (follows_id) WHERE follows_id IS NOT NULL;
CREATE INDEX agreements_decide ON agreements (decide_at) WHERE decided_for <> ends_on;
CREATE INDEX agreements_warn ON agreements (warn_at) WHERE state = 'in_force';
-- What a calendar shows of a month.
CREATE INDEX agreements_sign_on ON agreements (sign_on);
CREATE INDEX agreements_notice_on ON agreements (notice_on) WHERE notice_on <> '';

CREATE TABLE agreement_warning_kinds (
    warning TEXT PRIMARY KEY
);
INSERT INTO agreement_warning_kinds (warning) VALUES ('notice'), ('end');

-- What was warned of, once: of which day, and how many days before.
CREATE TABLE agreement_warnings (
    agreement_id UUID NOT NULL REFERENCES agreements (id),
    warning TEXT NOT NULL REFERENCES agreement_warning_kinds (warning),
    day TEXT NOT NULL,
    days_before BIGINT NOT NULL,
    told_at BIGINT NOT NULL,
    PRIMARY KEY (agreement_id, warning, day, days_before)
);

-- The private address of somebody's calendar. Only a hash of what it carries is kept; another one makes the old one worthless.
CREATE TABLE calendar_feeds (
    account_id UUID PRIMARY KEY REFERENCES accounts (id),
    token_hash TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL
);
