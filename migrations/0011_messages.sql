-- What the zone and a company's people write to each other, and, in tables of its own, what the zone's people note among
-- themselves: no statement that reads for a company ever names those.

-- A conversation about one thing.
CREATE TABLE message_threads (
    id UUID PRIMARY KEY,
    company_id UUID NOT NULL REFERENCES companies (id),
    subject TEXT NOT NULL,
    opened_by UUID NOT NULL REFERENCES accounts (id),
    opened_at BIGINT NOT NULL,
    -- The latest message: when, by whom, and whether they wrote for the zone.
    last_at BIGINT NOT NULL,
    last_by UUID NOT NULL REFERENCES accounts (id),
    last_of_zone BOOLEAN NOT NULL
);
CREATE INDEX message_threads_company ON message_threads (company_id, last_at, id);

CREATE TABLE messages (
    id UUID PRIMARY KEY,
    thread_id UUID NOT NULL REFERENCES message_threads (id),
    -- The thread's: a company's timeline is read along it.
    company_id UUID NOT NULL REFERENCES companies (id),
    by_id UUID NOT NULL REFERENCES accounts (id),
    -- Whether the author wrote for the zone: who they work for may change later.
    of_zone BOOLEAN NOT NULL,
    at BIGINT NOT NULL,
    -- Empty once it was removed.
    body TEXT NOT NULL,
    -- What was sent with it.
    document_id UUID REFERENCES documents (id),
    -- The message below which this corrects it.
    corrects_id UUID REFERENCES messages (id),
    version BIGINT NOT NULL,
    edited_at BIGINT,
    removed_at BIGINT,
    removed_by UUID REFERENCES accounts (id)
);
CREATE INDEX messages_thread ON messages (thread_id, at, id);
CREATE INDEX messages_company ON messages (company_id, at, id);
CREATE INDEX messages_corrects ON messages (corrects_id) WHERE corrects_id IS NOT NULL;
CREATE INDEX messages_author ON messages (by_id, at);

-- How far somebody has read a conversation.
CREATE TABLE message_reads (
    account_id UUID NOT NULL REFERENCES accounts (id),
    thread_id UUID NOT NULL REFERENCES message_threads (id),
    read_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, thread_id)
);
CREATE INDEX message_reads_thread ON message_reads (thread_id);

-- What the zone's people note of a company, for nobody else.
CREATE TABLE notes (
    id UUID PRIMARY KEY,
    company_id UUID NOT NULL REFERENCES companies (id),
    by_id UUID NOT NULL REFERENCES accounts (id),
    at BIGINT NOT NULL,
    body TEXT NOT NULL,
    corrects_id UUID REFERENCES notes (id),
    version BIGINT NOT NULL,
    edited_at BIGINT,
    removed_at BIGINT,
    removed_by UUID REFERENCES accounts (id)
);
CREATE INDEX notes_company ON notes (company_id, at, id);
CREATE INDEX notes_corrects ON notes (corrects_id) WHERE corrects_id IS NOT NULL;
CREATE INDEX notes_author ON notes (by_id, at);

-- Who is named in a note, and was told.
CREATE TABLE note_mentions (
    note_id UUID NOT NULL REFERENCES notes (id),
    account_id UUID NOT NULL REFERENCES accounts (id),
    PRIMARY KEY (note_id, account_id)
);
CREATE INDEX note_mentions_account ON note_mentions (account_id);
