-- What the parties of an agreement owe each other, until each is fulfilled.

CREATE TABLE obligation_states (
    state TEXT PRIMARY KEY,
    position BIGINT NOT NULL
);
INSERT INTO obligation_states (state, position) VALUES
    ('pending', 1), ('in_progress', 2), ('submitted', 3), ('disputed', 4), ('fulfilled', 5), ('waived', 6), ('lapsed', 7);

CREATE TABLE obligations (
    id UUID PRIMARY KEY,
    agreement_id UUID NOT NULL REFERENCES agreements (id),
    -- Within its agreement, from 1; its address.
    number BIGINT NOT NULL,
    -- '4.2'
    clause TEXT NOT NULL,
    text_en TEXT NOT NULL,
    text_zh TEXT NOT NULL,
    state TEXT NOT NULL REFERENCES obligation_states (state),
    -- Whether nothing more is to be done: fulfilled, waived or lapsed.
    settled BOOLEAN NOT NULL,
    -- Whether it outlives the agreement's termination.
    survives BOOLEAN NOT NULL,
    -- The day that was agreed, as ISO text; empty where there is none.
    due_on TEXT NOT NULL,
    -- The last day in time: due_on, or the next working day after it.
    last_on TEXT NOT NULL,
    -- 00:00 of the day after last_on, and of the day after the tenth working day after it, in the agreement's zone; far in
    -- the future where there is no day.
    due_at BIGINT NOT NULL,
    escalate_at BIGINT NOT NULL,
    -- What comes again: the first of them, and which of them this is, from 0.
    series_id UUID,
    occurrence BIGINT NOT NULL,
    every_months BIGINT,
    -- The day from which the others are counted, and the last on which one may fall; empty for none.
    anchor_on TEXT NOT NULL,
    repeat_until TEXT NOT NULL,
    -- The day of the next one that is not made yet; empty where it is, or there is none.
    next_on TEXT NOT NULL,
    reminded_at BIGINT,
    overdue_told_at BIGINT,
    escalated_at BIGINT,
    created_by UUID REFERENCES accounts (id),
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX obligations_number ON obligations (agreement_id, number);
-- One for each way in which lists are asked for.
CREATE INDEX obligations_open ON obligations (settled, due_at, id, state, agreement_id);
CREATE INDEX obligations_state ON obligations (state, due_at, id);
CREATE INDEX obligations_due ON obligations (due_at, id);
-- What the clock does next.
CREATE INDEX obligations_next ON obligations (next_on) WHERE next_on <> '';
CREATE INDEX obligations_remind ON obligations (due_at) WHERE reminded_at IS NULL AND settled = FALSE;
CREATE INDEX obligations_tell ON obligations (due_at) WHERE overdue_told_at IS NULL AND settled = FALSE;
CREATE INDEX obligations_escalate ON obligations (escalate_at) WHERE escalated_at IS NULL AND settled = FALSE;

-- Who owes and who benefits; where everybody owes everybody, a party does both. State and day stand here, too, so that what a
-- company owes is found along an index, however much it owes.
CREATE TABLE obligation_parties (
    id UUID PRIMARY KEY,
    obligation_id UUID NOT NULL REFERENCES obligations (id),
    party_id UUID NOT NULL REFERENCES agreement_parties (id),
    company_id UUID NOT NULL REFERENCES companies (id),
    agreement_id UUID NOT NULL REFERENCES agreements (id),
    owes BOOLEAN NOT NULL,
    benefits BOOLEAN NOT NULL,
    state TEXT NOT NULL REFERENCES obligation_states (state),
    settled BOOLEAN NOT NULL,
    due_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX obligation_parties_once ON obligation_parties (obligation_id, party_id);
CREATE INDEX obligation_parties_party ON obligation_parties (party_id);
CREATE INDEX obligation_parties_agreement ON obligation_parties (agreement_id);
-- Counts are answered from these alone.
CREATE INDEX obligation_parties_open
    ON obligation_parties (company_id, settled, due_at, obligation_id, state, owes, benefits, agreement_id);
CREATE INDEX obligation_parties_state
    ON obligation_parties (company_id, state, due_at, obligation_id, owes, benefits, agreement_id);
CREATE INDEX obligation_parties_due ON obligation_parties (company_id, due_at, obligation_id);

-- What an owing party shows for it.
CREATE TABLE obligation_evidence (
    id UUID PRIMARY KEY,
    obligation_id UUID NOT NULL REFERENCES obligations (id),
    party_id UUID NOT NULL REFERENCES agreement_parties (id),
    body TEXT NOT NULL,
    -- How staff was told, where the party did not say it in the portal.
    told_by TEXT NOT NULL,
    by_id UUID REFERENCES accounts (id),
    at BIGINT NOT NULL,
    refused_at BIGINT
);
CREATE INDEX obligation_evidence_obligation ON obligation_evidence (obligation_id, at);

-- Documents of the agreement that are shown for an obligation; without evidence until it is submitted.
CREATE TABLE obligation_documents (
    document_id UUID PRIMARY KEY REFERENCES documents (id),
    obligation_id UUID NOT NULL REFERENCES obligations (id),
    evidence_id UUID REFERENCES obligation_evidence (id)
);
CREATE INDEX obligation_documents_obligation ON obligation_documents (obligation_id);

-- Every step that was taken, and why. Where the two states are the same, what is owed was changed.
CREATE TABLE obligation_steps (
    id UUID PRIMARY KEY,
    obligation_id UUID NOT NULL REFERENCES obligations (id),
    from_state TEXT NOT NULL REFERENCES obligation_states (state),
    to_state TEXT NOT NULL REFERENCES obligation_states (state),
    -- For which party it was taken; none for the zone's staff and the clock.
    party_id UUID REFERENCES agreement_parties (id),
    reason TEXT NOT NULL,
    told_by TEXT NOT NULL,
    by_id UUID REFERENCES accounts (id),
    at BIGINT NOT NULL
);
CREATE INDEX obligation_steps_obligation ON obligation_steps (obligation_id, at);
