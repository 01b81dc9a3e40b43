-- People: how they get in, for which companies and with which rights they act, second factors, notifications.

-- What happened to an account is a time, not a flag.
ALTER TABLE accounts ADD COLUMN suspended_at BIGINT;
ALTER TABLE accounts ADD COLUMN erased_at BIGINT;
-- What the mail server said when it refused the address, and when; empty while mails arrive.
ALTER TABLE accounts ADD COLUMN address_problem TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN address_problem_at BIGINT;
-- One more with every change of name, role or address; an edit names the version it started from.
ALTER TABLE accounts ADD COLUMN version BIGINT NOT NULL DEFAULT 1;

ALTER TABLE sessions ADD COLUMN id UUID;
-- When the person last showed password or second factor.
ALTER TABLE sessions ADD COLUMN confirmed_at BIGINT NOT NULL DEFAULT 0;
-- The company that a representative acts for in this browser; none until one is chosen.
ALTER TABLE sessions ADD COLUMN company_id UUID;
-- A second factor is required of this person and not yet there: nothing else is open until it is.
ALTER TABLE sessions ADD COLUMN needs_factor BOOLEAN NOT NULL DEFAULT FALSE;
-- As whom an administrator looks at the portal, read-only.
ALTER TABLE sessions ADD COLUMN viewed_account_id UUID;
-- Since when: after a while it ends by itself.
ALTER TABLE sessions ADD COLUMN viewed_since BIGINT;

-- The password fitted; the second factor is awaited.
CREATE TABLE sign_in_steps (
    token_hash TEXT PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES accounts (id),
    -- Where to go afterwards.
    next TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sign_in_steps_account ON sign_in_steps (account_id);
CREATE INDEX sign_in_steps_expires ON sign_in_steps (expires_at);

-- What somebody may do in a company's name, from least to most.
CREATE TABLE affiliation_rights (
    rights TEXT PRIMARY KEY,
    position BIGINT NOT NULL
);
INSERT INTO affiliation_rights (rights, position) VALUES
    ('viewer', 1), ('contributor', 2), ('manager', 3), ('administrator', 4);

ALTER TABLE affiliations ADD COLUMN rights TEXT NOT NULL DEFAULT 'manager';
ALTER TABLE affiliations ADD COLUMN title TEXT NOT NULL DEFAULT '';
-- ISO dates; empty when not known or not limited. The last day counts.
ALTER TABLE affiliations ADD COLUMN since TEXT NOT NULL DEFAULT '';
ALTER TABLE affiliations ADD COLUMN until TEXT NOT NULL DEFAULT '';
-- When it ended, and who took over what was theirs.
ALTER TABLE affiliations ADD COLUMN ended_at BIGINT;
ALTER TABLE affiliations ADD COLUMN successor_id UUID;
ALTER TABLE affiliations ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
-- When the person last chose to act for this company rather than another: the next session begins there.
ALTER TABLE affiliations ADD COLUMN acted_at BIGINT;

-- Companies with people who act for them, of whom none is an administrator; staff was told.
CREATE TABLE unattended_companies (
    company_id UUID PRIMARY KEY REFERENCES companies (id),
    since BIGINT NOT NULL
);

-- An address that many people of a company read; it gets what the company is sent, once it is confirmed.
CREATE TABLE company_mailboxes (
    company_id UUID PRIMARY KEY REFERENCES companies (id),
    address TEXT NOT NULL,
    language TEXT NOT NULL,
    set_by UUID NOT NULL REFERENCES accounts (id),
    set_at BIGINT NOT NULL,
    confirmed_at BIGINT
);

-- The links in mails that do something, once: only a hash of what they carry is kept.
CREATE TABLE link_kinds (
    kind TEXT PRIMARY KEY
);
INSERT INTO link_kinds (kind) VALUES ('join'), ('invitation'), ('password'), ('address'), ('mailbox');

CREATE TABLE links (
    id UUID PRIMARY KEY,
    kind TEXT NOT NULL REFERENCES link_kinds (kind),
    token_hash TEXT NOT NULL UNIQUE,
    -- The request, invitation, account or company that it is about.
    subject_id UUID NOT NULL,
    -- What it confirms, if that is not the subject's: a new address.
    detail TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    withdrawn_at BIGINT
);
CREATE INDEX links_subject ON links (subject_id);
CREATE INDEX links_expires ON links (expires_at);

CREATE TABLE join_request_states (
    state TEXT PRIMARY KEY
);
INSERT INTO join_request_states (state) VALUES ('unconfirmed'), ('waiting'), ('accepted'), ('declined');

-- Somebody asks for access for a company.
CREATE TABLE join_requests (
    id UUID PRIMARY KEY,
    state TEXT NOT NULL REFERENCES join_request_states (state),
    company_name TEXT NOT NULL,
    country TEXT REFERENCES countries (code),
    website TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    email_folded TEXT NOT NULL,
    reason TEXT NOT NULL,
    language TEXT NOT NULL,
    address TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    confirmed_at BIGINT,
    decided_at BIGINT,
    decided_by UUID REFERENCES accounts (id),
    decline_reason TEXT NOT NULL,
    company_id UUID REFERENCES companies (id),
    account_id UUID REFERENCES accounts (id),
    version BIGINT NOT NULL
);
CREATE INDEX join_requests_state ON join_requests (state, created_at);
CREATE INDEX join_requests_email ON join_requests (email_folded);

-- Somebody is asked to join: as one of the zone's people, or for a company.
CREATE TABLE invitations (
    id UUID PRIMARY KEY,
    email TEXT NOT NULL,
    email_folded TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL REFERENCES roles (role),
    company_id UUID REFERENCES companies (id),
    rights TEXT REFERENCES affiliation_rights (rights),
    title TEXT NOT NULL,
    language TEXT NOT NULL,
    invited_by UUID NOT NULL REFERENCES accounts (id),
    created_at BIGINT NOT NULL,
    sent_at BIGINT NOT NULL,
    accepted_at BIGINT,
    withdrawn_at BIGINT,
    account_id UUID REFERENCES accounts (id)
);
CREATE INDEX invitations_company ON invitations (company_id, created_at);
CREATE INDEX invitations_created ON invitations (created_at);
CREATE INDEX invitations_email ON invitations (email_folded);

-- An authenticator app. It counts from when its first code was shown.
CREATE TABLE authenticators (
    account_id UUID PRIMARY KEY REFERENCES accounts (id),
    secret TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    confirmed_at BIGINT,
    -- The time step of the last code taken: no code works twice.
    last_step BIGINT NOT NULL
);

CREATE TABLE recovery_codes (
    account_id UUID NOT NULL REFERENCES accounts (id),
    code_hash TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (account_id, code_hash)
);

CREATE TABLE passkeys (
    id UUID PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES accounts (id),
    credential_id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    credential TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX passkeys_account ON passkeys (account_id);

-- A passkey is being made or shown: what the server asked for.
CREATE TABLE passkey_ceremonies (
    id UUID PRIMARY KEY,
    -- None while somebody who has not said who they are signs in.
    account_id UUID REFERENCES accounts (id),
    purpose TEXT NOT NULL,
    state TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX passkey_ceremonies_expires ON passkey_ceremonies (expires_at);

-- What somebody is told. The text is made when it is read, from the kind and the facts, in the reader's language.
CREATE TABLE notifications (
    id UUID PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES accounts (id),
    kind TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id UUID NOT NULL,
    -- For which of their companies, so that its link opens the right one.
    company_id UUID,
    -- Where it leads.
    path TEXT NOT NULL,
    -- A JSON object of texts: names and the like.
    facts TEXT NOT NULL,
    -- How many changes it stands for: a burst on one record is one notification.
    changes BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    read_at BIGINT,
    -- When a mail about it is due; none when no mail is wanted or it went out.
    mail_due_at BIGINT,
    mailed_at BIGINT
);
CREATE INDEX notifications_account ON notifications (account_id, changed_at);
CREATE INDEX notifications_unread ON notifications (account_id) WHERE read_at IS NULL;
CREATE INDEX notifications_mail ON notifications (mail_due_at) WHERE mail_due_at IS NOT NULL;
CREATE INDEX notifications_subject ON notifications (subject_id);
-- What is neither read nor mailed is brought up to date by what happens next, also when two things happen at once.
CREATE UNIQUE INDEX notifications_open ON notifications (account_id, kind, subject_id)
    WHERE read_at IS NULL AND mailed_at IS NULL;

-- How somebody wants mails of a kind: 'at_once', 'daily' or 'none'. What is not here is as the kind has it.
CREATE TABLE notification_choices (
    account_id UUID NOT NULL REFERENCES accounts (id),
    kind TEXT NOT NULL,
    mails TEXT NOT NULL,
    PRIMARY KEY (account_id, kind)
);

-- Who wants to know what happens to a record.
CREATE TABLE follows (
    account_id UUID NOT NULL REFERENCES accounts (id),
    subject_kind TEXT NOT NULL,
    subject_id UUID NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (account_id, subject_id)
);
CREATE INDEX follows_subject ON follows (subject_id);

-- Where one press ends mails of a kind (RFC 8058); empty for mails that everybody must get.
ALTER TABLE mails ADD COLUMN unsubscribe_url TEXT NOT NULL DEFAULT '';

-- Somebody asks that what the portal holds about them goes.
CREATE TABLE erasure_requests (
    id UUID PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES accounts (id),
    asked_at BIGINT NOT NULL,
    reason TEXT NOT NULL,
    decided_at BIGINT,
    decided_by UUID REFERENCES accounts (id),
    -- Why it was declined; empty when it was done.
    decline_reason TEXT NOT NULL
);
CREATE INDEX erasure_requests_account ON erasure_requests (account_id);
CREATE INDEX erasure_requests_open ON erasure_requests (asked_at) WHERE decided_at IS NULL;

-- Somebody who is not signed in had a mail written to an address, or would have: counted, so that nobody is flooded.
CREATE TABLE asked_mails (
    id UUID PRIMARY KEY,
    -- 'join' or 'password'.
    kind TEXT NOT NULL,
    email_folded TEXT NOT NULL,
    address TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX asked_mails_email ON asked_mails (email_folded, at);
CREATE INDEX asked_mails_address ON asked_mails (address, at);
CREATE INDEX asked_mails_at ON asked_mails (at);
