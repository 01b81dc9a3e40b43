-- What an agreement is about besides its parties: products that it brings into the zone, interactions in which it was spoken of.
--
-- A further kind – an event, a project – is a row here, in a new migration, and a variant of Kind in
-- app/src/agreement/links/model.rs; what that does not compile without says the rest: what the record is called, where its
-- page is, who reads it, and how a field finds it.
CREATE TABLE agreement_link_kinds (
    kind TEXT PRIMARY KEY
);
INSERT INTO agreement_link_kinds (kind) VALUES ('product'), ('interaction');

CREATE TABLE agreement_links (
    id UUID PRIMARY KEY,
    agreement_id UUID NOT NULL REFERENCES agreements (id),
    kind TEXT NOT NULL REFERENCES agreement_link_kinds (kind),
    -- The record of this kind. One that is gone, or removed, is passed over.
    subject_id UUID NOT NULL,
    added_by UUID NOT NULL REFERENCES accounts (id),
    added_at BIGINT NOT NULL,
    UNIQUE (agreement_id, kind, subject_id)
);
CREATE INDEX agreement_links_subject ON agreement_links (subject_id, kind, agreement_id);

-- The calendar asks for what is to be done between two days.
CREATE INDEX obligations_due_on ON obligations (due_on) WHERE settled = FALSE;
