-- Cooperation agreements: one record that all its parties share.
--
-- What is to come has its place: signatories and their groups refer to a party and a version as signatures do; obligations
-- and their evidence refer to the parties who owe and benefit; amendments and renewals refer to the agreement they follow.

CREATE TABLE agreement_states (
    state TEXT PRIMARY KEY,
    position BIGINT NOT NULL
);
INSERT INTO agreement_states (state, position) VALUES
    ('draft', 1), ('internal_review', 2), ('negotiation', 3), ('text_agreed', 4), ('for_signature', 5),
    ('partly_signed', 6), ('signed', 7), ('in_force', 8), ('expired', 9), ('renewed', 10), ('terminated', 11),
    ('withdrawn', 12), ('rejected', 13);

-- Of many companies that are to become partners, one that has no agreement in force, and it is not said why.
INSERT INTO bulk_edit_outcomes (outcome) VALUES ('no_agreement');

CREATE TABLE agreement_kinds (
    kind TEXT PRIMARY KEY
);
INSERT INTO agreement_kinds (kind) VALUES
    ('strategic'), ('framework'), ('mou'), ('investment'), ('nda'), ('data'), ('service');

CREATE TABLE agreement_renewals (
    renewal TEXT PRIMARY KEY
);
INSERT INTO agreement_renewals (renewal) VALUES ('none'), ('automatic'), ('by_consent');

CREATE TABLE agreement_prevailings (
    prevailing TEXT PRIMARY KEY
);
INSERT INTO agreement_prevailings (prevailing) VALUES ('en'), ('zh'), ('both');

-- The last number given in a year. Its row is held while a number is given, so that no two are alike and none is missing.
CREATE TABLE agreement_numbers (
    year BIGINT PRIMARY KEY,
    last BIGINT NOT NULL
);

CREATE TABLE agreements (
    id UUID PRIMARY KEY,
    -- 'AG-2026-0007'
    number TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL REFERENCES agreement_kinds (kind),
    -- As it was moved to last. That its day has come or gone is read from effective_at and ends_at, before the job says so.
    state TEXT NOT NULL REFERENCES agreement_states (state),
    title_en TEXT NOT NULL,
    title_zh TEXT NOT NULL,
    summary_en TEXT NOT NULL,
    summary_zh TEXT NOT NULL,
    prevailing TEXT NOT NULL REFERENCES agreement_prevailings (prevailing),
    -- One a line.
    areas TEXT NOT NULL,
    sign_place TEXT NOT NULL,
    -- Calendar dates as ISO text, empty where not known.
    sign_on TEXT NOT NULL,
    effective_on TEXT NOT NULL,
    -- The last day on which it is in force; empty where it has no end.
    ends_on TEXT NOT NULL,
    -- IANA's name of the zone whose midnights count.
    zone TEXT NOT NULL,
    -- 00:00 of effective_on, and of the day after ends_on, in that zone.
    effective_at BIGINT,
    ends_at BIGINT,
    term_months BIGINT,
    renewal TEXT NOT NULL REFERENCES agreement_renewals (renewal),
    notice_days BIGINT,
    governing_law TEXT NOT NULL,
    -- What is agreed about keeping it secret.
    confidentiality TEXT NOT NULL,
    -- Until the parties see it, only staff does.
    private BOOLEAN NOT NULL,
    -- Since when the parties see it: from negotiation on.
    shared_at BIGINT,
    -- Who of the staff looks after it.
    owner_id UUID REFERENCES accounts (id),
    created_by UUID REFERENCES accounts (id),
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    search_text TEXT NOT NULL,
    sort_en TEXT NOT NULL,
    sort_zh TEXT NOT NULL,
    version BIGINT NOT NULL
);
-- What the lists' counts and filters are answered from, without the rows; then one for each order.
CREATE INDEX agreements_life ON agreements (state, effective_at, ends_at, renewal, private, shared_at);
CREATE INDEX agreements_state ON agreements (state, changed_at);
CREATE INDEX agreements_changed ON agreements (changed_at, id);
CREATE INDEX agreements_effective ON agreements (effective_on, id);
CREATE INDEX agreements_ends ON agreements (ends_on, id);
CREATE INDEX agreements_sort_en ON agreements (sort_en, id);
CREATE INDEX agreements_sort_zh ON agreements (sort_zh, id);
CREATE INDEX agreements_kind ON agreements (kind, changed_at);
-- What the clock moves next.
CREATE INDEX agreements_begin ON agreements (effective_at) WHERE state = 'signed';
CREATE INDEX agreements_end ON agreements (ends_at) WHERE state = 'in_force';

-- A company that is a party, for as long as it is one. Party A is the first by position.
CREATE TABLE agreement_parties (
    id UUID PRIMARY KEY,
    agreement_id UUID NOT NULL REFERENCES agreements (id),
    company_id UUID NOT NULL REFERENCES companies (id),
    position BIGINT NOT NULL,
    role TEXT NOT NULL,
    added_at BIGINT NOT NULL,
    removed_at BIGINT,
    removed_by UUID REFERENCES accounts (id),
    removed_reason TEXT NOT NULL
);
CREATE UNIQUE INDEX agreement_parties_once ON agreement_parties (agreement_id, company_id) WHERE removed_at IS NULL;
CREATE INDEX agreement_parties_agreement ON agreement_parties (agreement_id, position);
CREATE INDEX agreement_parties_company ON agreement_parties (company_id, agreement_id) WHERE removed_at IS NULL;

-- Whom of a party one talks to: a contact of the register, or somebody who acts for the company in the portal.
CREATE TABLE agreement_contacts (
    id UUID PRIMARY KEY,
    party_id UUID NOT NULL REFERENCES agreement_parties (id),
    person_id UUID REFERENCES people (id),
    account_id UUID REFERENCES accounts (id)
);
CREATE INDEX agreement_contacts_party ON agreement_contacts (party_id);

-- The text, each time it changed. Those of before the negotiation are the zone's own drafts; what the parties see has a
-- number of its own, from 1.
CREATE TABLE agreement_versions (
    id UUID PRIMARY KEY,
    agreement_id UUID NOT NULL REFERENCES agreements (id),
    number BIGINT NOT NULL,
    shared_number BIGINT,
    shared_at BIGINT,
    -- What changed, and why.
    changes TEXT NOT NULL,
    by_id UUID REFERENCES accounts (id),
    at BIGINT NOT NULL
);
CREATE UNIQUE INDEX agreement_versions_number ON agreement_versions (agreement_id, number);

-- The file of a version in a language: 'en', 'zh', or 'both' where one file has both.
CREATE TABLE agreement_texts (
    version_id UUID NOT NULL REFERENCES agreement_versions (id),
    language TEXT NOT NULL REFERENCES agreement_prevailings (prevailing),
    document_id UUID NOT NULL REFERENCES documents (id),
    PRIMARY KEY (version_id, language)
);
CREATE INDEX agreement_texts_document ON agreement_texts (document_id);

CREATE TABLE agreement_word_kinds (
    word TEXT PRIMARY KEY
);
INSERT INTO agreement_word_kinds (word) VALUES ('accepts'), ('asks_changes');

-- What a party says of a version. One counts; the others were replaced, or voided by a change of the text or the parties.
CREATE TABLE agreement_words (
    id UUID PRIMARY KEY,
    version_id UUID NOT NULL REFERENCES agreement_versions (id),
    party_id UUID NOT NULL REFERENCES agreement_parties (id),
    word TEXT NOT NULL REFERENCES agreement_word_kinds (word),
    reason TEXT NOT NULL,
    -- How staff was told, where the party did not say it in the portal.
    told_by TEXT NOT NULL,
    by_id UUID REFERENCES accounts (id),
    at BIGINT NOT NULL,
    voided_at BIGINT
);
CREATE UNIQUE INDEX agreement_words_once ON agreement_words (version_id, party_id) WHERE voided_at IS NULL;
CREATE INDEX agreement_words_party ON agreement_words (party_id);

-- What the parties and the zone say to each other.
CREATE TABLE agreement_comments (
    id UUID PRIMARY KEY,
    agreement_id UUID NOT NULL REFERENCES agreements (id),
    -- For whom it was said; none for the zone's staff.
    party_id UUID REFERENCES agreement_parties (id),
    by_id UUID NOT NULL REFERENCES accounts (id),
    at BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX agreement_comments_agreement ON agreement_comments (agreement_id, at);

-- What the zone's people say among themselves. No statement that a party's page makes reads this table.
CREATE TABLE agreement_notes (
    id UUID PRIMARY KEY,
    agreement_id UUID NOT NULL REFERENCES agreements (id),
    by_id UUID NOT NULL REFERENCES accounts (id),
    at BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX agreement_notes_agreement ON agreement_notes (agreement_id, at);

CREATE TABLE agreement_signature_modes (
    mode TEXT PRIMARY KEY
);
INSERT INTO agreement_signature_modes (mode) VALUES ('paper');

-- Who signed which version for a party.
CREATE TABLE agreement_signatures (
    id UUID PRIMARY KEY,
    party_id UUID NOT NULL REFERENCES agreement_parties (id),
    version_id UUID NOT NULL REFERENCES agreement_versions (id),
    mode TEXT NOT NULL REFERENCES agreement_signature_modes (mode),
    signer_name TEXT NOT NULL,
    signer_title TEXT NOT NULL,
    signed_on TEXT NOT NULL,
    place TEXT NOT NULL,
    -- The scanned original.
    document_id UUID REFERENCES documents (id),
    recorded_by UUID REFERENCES accounts (id),
    recorded_at BIGINT NOT NULL,
    -- The text was opened again.
    voided_at BIGINT
);
CREATE UNIQUE INDEX agreement_signatures_once ON agreement_signatures (party_id) WHERE voided_at IS NULL;
