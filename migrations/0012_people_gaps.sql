-- What a company is told goes to its shared mailbox, too.

-- What its mailbox has still to be mailed. A row goes when its mail is written; a burst of changes to one record is one row.
CREATE TABLE mailbox_notices (
    id UUID PRIMARY KEY,
    company_id UUID NOT NULL REFERENCES companies (id),
    kind TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id UUID NOT NULL,
    path TEXT NOT NULL,
    -- A JSON object of texts: names and the like.
    facts TEXT NOT NULL,
    changes BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX mailbox_notices_subject ON mailbox_notices (company_id, kind, subject_id);
CREATE INDEX mailbox_notices_due ON mailbox_notices (due_at);

-- The kinds of mails that whoever reads a mailbox has ended by the link in one.
CREATE TABLE mailbox_stops (
    company_id UUID NOT NULL REFERENCES companies (id),
    kind TEXT NOT NULL,
    stopped_at BIGINT NOT NULL,
    PRIMARY KEY (company_id, kind)
);

-- Old notifications go with everything else that is kept for so many days.
DELETE FROM job_runs WHERE job = 'notifications.sweep';
DELETE FROM jobs WHERE name = 'notifications.sweep';
