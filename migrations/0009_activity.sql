-- What was said with companies, what comes next, and who does it; and the indexes of a company's timeline.

CREATE TABLE interaction_kinds (
    kind TEXT PRIMARY KEY
);
INSERT INTO interaction_kinds (kind) VALUES
    ('meeting'), ('visit'), ('call'), ('mail'), ('wechat'), ('exhibition');

-- That people of the zone and of one or several companies spoke with each other.
CREATE TABLE interactions (
    id UUID PRIMARY KEY,
    kind TEXT NOT NULL REFERENCES interaction_kinds (kind),
    at BIGINT NOT NULL,
    summary TEXT NOT NULL,
    -- Who else took part, in words.
    others TEXT NOT NULL,
    recorded_by UUID NOT NULL REFERENCES accounts (id),
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    -- Noted by mistake; why is in the journal.
    removed_at BIGINT,
    removed_by UUID REFERENCES accounts (id)
);
CREATE INDEX interactions_at ON interactions (at, id) WHERE removed_at IS NULL;
CREATE INDEX interactions_recorded ON interactions (recorded_by, at);

-- 'at' is the interaction's, so that a company's latest are found without reading all of them. One that was removed has
-- none here any more.
CREATE TABLE interaction_companies (
    interaction_id UUID NOT NULL REFERENCES interactions (id),
    company_id UUID NOT NULL REFERENCES companies (id),
    at BIGINT NOT NULL,
    PRIMARY KEY (interaction_id, company_id)
);
CREATE INDEX interaction_companies_company ON interaction_companies (company_id, at, interaction_id);

-- Who took part: people at companies, and accounts of the zone.
CREATE TABLE interaction_people (
    interaction_id UUID NOT NULL REFERENCES interactions (id),
    person_id UUID NOT NULL REFERENCES people (id),
    PRIMARY KEY (interaction_id, person_id)
);
CREATE INDEX interaction_people_person ON interaction_people (person_id);
CREATE TABLE interaction_accounts (
    interaction_id UUID NOT NULL REFERENCES interactions (id),
    account_id UUID NOT NULL REFERENCES accounts (id),
    PRIMARY KEY (interaction_id, account_id)
);
CREATE INDEX interaction_accounts_account ON interaction_accounts (account_id);

-- A document of a company that belongs to an interaction with it.
ALTER TABLE documents ADD COLUMN interaction_id UUID REFERENCES interactions (id);
CREATE INDEX documents_interaction ON documents (interaction_id) WHERE interaction_id IS NOT NULL;

CREATE TABLE task_states (
    state TEXT PRIMARY KEY
);
INSERT INTO task_states (state) VALUES ('open'), ('done'), ('cancelled');

CREATE TABLE tasks (
    id UUID PRIMARY KEY,
    title TEXT NOT NULL,
    note TEXT NOT NULL,
    owner_id UUID NOT NULL REFERENCES accounts (id),
    -- A calendar date as ISO text.
    due_on TEXT NOT NULL,
    state TEXT NOT NULL REFERENCES task_states (state),
    company_id UUID REFERENCES companies (id),
    enquiry_id UUID REFERENCES enquiries (id),
    -- The interaction of which it is the next step.
    interaction_id UUID REFERENCES interactions (id),
    created_by UUID NOT NULL REFERENCES accounts (id),
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    -- When and by whom it was done or cancelled.
    ended_at BIGINT,
    ended_by UUID REFERENCES accounts (id),
    cancel_reason TEXT NOT NULL,
    -- When somebody was reminded that it is due: once for each due day.
    told_at BIGINT,
    version BIGINT NOT NULL
);
CREATE INDEX tasks_due ON tasks (due_on, id) WHERE state = 'open';
CREATE INDEX tasks_owner ON tasks (owner_id, due_on) WHERE state = 'open';
CREATE INDEX tasks_ended ON tasks (ended_at, id) WHERE state <> 'open';
CREATE INDEX tasks_company ON tasks (company_id, due_on) WHERE state = 'open';
CREATE INDEX tasks_done ON tasks (company_id, ended_at, id) WHERE state = 'done';
CREATE INDEX tasks_enquiry ON tasks (enquiry_id);
CREATE INDEX tasks_interaction ON tasks (interaction_id);

-- A company's timeline reads so many of each kind from its latest on.
CREATE INDEX journal_subject_at ON journal (subject_id, at, seq);
CREATE INDEX documents_removed ON documents (owner_id, removed_at) WHERE removed_at IS NOT NULL;
CREATE INDEX products_company_created ON products (company_id, created_at, id);
CREATE INDEX enquiries_company_received ON enquiries (company_id, received_at, id);
CREATE INDEX notifications_mailed ON notifications (company_id, mailed_at, id) WHERE mailed_at IS NOT NULL;
