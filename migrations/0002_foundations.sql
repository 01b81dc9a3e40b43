-- Mails, files, documents and jobs: what later features lean on.

-- A mail is written in the transaction that causes it, as it will be read, and sent after the commit.
CREATE TABLE mails (
    id UUID PRIMARY KEY,
    -- What it tells: 'company.manager'.
    kind TEXT NOT NULL,
    account_id UUID REFERENCES accounts (id),
    address TEXT NOT NULL,
    language TEXT NOT NULL,
    subject TEXT NOT NULL,
    body_text TEXT NOT NULL,
    body_html TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    -- When it may next be tried. Whoever claims it moves this past the end of the lease.
    due_at BIGINT NOT NULL,
    -- When trying ends, unless somebody asks for it again.
    expires_at BIGINT NOT NULL,
    -- Since it was written or asked for again.
    attempts BIGINT NOT NULL,
    sent_at BIGINT,
    -- Given up: a dead letter, until somebody sends it again.
    dead_at BIGINT,
    -- What the mail server, or the way to it, said last.
    answer TEXT NOT NULL
);
CREATE INDEX mails_waiting ON mails (due_at) WHERE sent_at IS NULL AND dead_at IS NULL;
CREATE INDEX mails_dead ON mails (dead_at) WHERE dead_at IS NOT NULL;
CREATE INDEX mails_created ON mails (created_at);

-- 'unscanned' while no virus scanner is set up.
CREATE TABLE scan_states (
    state TEXT PRIMARY KEY
);
INSERT INTO scan_states (state) VALUES ('unscanned'), ('pending'), ('clean'), ('infected');

-- Contents, each kept once under its hash.
CREATE TABLE files (
    sha256 TEXT PRIMARY KEY,
    size BIGINT NOT NULL,
    media_type TEXT NOT NULL,
    stored_at BIGINT NOT NULL,
    scan_state TEXT NOT NULL REFERENCES scan_states (state),
    -- When it may next be scanned. Whoever claims it moves this past the end of the lease.
    scan_due_at BIGINT NOT NULL,
    scan_attempts BIGINT NOT NULL,
    scanned_at BIGINT,
    -- What the scanner found, by its name.
    finding TEXT NOT NULL,
    -- When the content was deleted: it was harmful, or nothing referred to it for long. The row stays for who asks later.
    gone_at BIGINT
);
CREATE INDEX files_pending ON files (scan_due_at) WHERE scan_state = 'pending' AND gone_at IS NULL;

-- 'zone': only people of the zone who see the owner record whole; 'company': its company's representatives too.
CREATE TABLE document_audiences (
    audience TEXT PRIMARY KEY
);
INSERT INTO document_audiences (audience) VALUES ('zone'), ('company');

-- A file as somebody attached it to a record.
CREATE TABLE documents (
    id UUID PRIMARY KEY,
    -- 'company'
    owner_kind TEXT NOT NULL,
    owner_id UUID NOT NULL,
    sha256 TEXT NOT NULL REFERENCES files (sha256),
    name TEXT NOT NULL,
    note TEXT NOT NULL,
    audience TEXT NOT NULL REFERENCES document_audiences (audience),
    uploaded_by UUID NOT NULL REFERENCES accounts (id),
    uploaded_at BIGINT NOT NULL,
    removed_by UUID REFERENCES accounts (id),
    removed_at BIGINT
);
CREATE INDEX documents_owner ON documents (owner_id, uploaded_at);
CREATE INDEX documents_sha256 ON documents (sha256);

-- What is done by the clock. A node that claims a job moves claimed_until past the end of its lease.
CREATE TABLE jobs (
    name TEXT PRIMARY KEY,
    due_at BIGINT NOT NULL,
    claimed_until BIGINT NOT NULL,
    claimed_by TEXT NOT NULL
);

CREATE TABLE job_runs (
    id UUID PRIMARY KEY,
    job TEXT NOT NULL REFERENCES jobs (name),
    node TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    finished_at BIGINT,
    -- How many things it dealt with.
    done BIGINT NOT NULL,
    error TEXT NOT NULL
);
CREATE INDEX job_runs_job ON job_runs (job, started_at);
CREATE INDEX job_runs_started ON job_runs (started_at);
