-- Signing in the portal: who signs for which party, in which order, and everything that happened to each request.

INSERT INTO agreement_signature_modes (mode) VALUES ('portal');
INSERT INTO link_kinds (kind) VALUES ('signature');

-- The groups sign one after another, by their number. One that is not in here takes all of its signatories.
CREATE TABLE agreement_signing_groups (
    agreement_id UUID NOT NULL REFERENCES agreements (id),
    number BIGINT NOT NULL,
    -- So many of its signatories are enough; none where all must sign.
    needed BIGINT,
    PRIMARY KEY (agreement_id, number)
);

-- Who signs for a party. A row is one person's place in one round of signing: when the text is opened again, all rows are
-- voided, and copies of them take their places for the next round.
CREATE TABLE agreement_signatories (
    id UUID PRIMARY KEY,
    party_id UUID NOT NULL REFERENCES agreement_parties (id),
    group_number BIGINT NOT NULL,
    name TEXT NOT NULL,
    title TEXT NOT NULL,
    email TEXT NOT NULL,
    email_folded TEXT NOT NULL,
    language TEXT NOT NULL,
    -- The account that signs; without one the person is a guest, who comes by a link and a code in mails.
    account_id UUID REFERENCES accounts (id),
    -- The power of attorney, one of the agreement's documents.
    authority_id UUID REFERENCES documents (id),
    added_at BIGINT NOT NULL,
    -- Who signs instead, 'B on behalf of A'; empty where the person signs.
    deputy_name TEXT NOT NULL,
    deputy_title TEXT NOT NULL,
    deputy_email TEXT NOT NULL,
    deputy_folded TEXT NOT NULL,
    deputy_language TEXT NOT NULL,
    deputy_account_id UUID REFERENCES accounts (id),
    -- The text that is to be signed, from when signatures are asked for.
    version_id UUID REFERENCES agreement_versions (id),
    -- Since when it is this person's turn, and they were written to.
    sent_at BIGINT,
    -- When the text was first shown to them, after they had shown who they are.
    opened_at BIGINT,
    signed_at BIGINT,
    declined_at BIGINT,
    -- Until when they can sign; the others can go on.
    expires_at BIGINT,
    -- When it was noted that they no longer can.
    expired_at BIGINT,
    -- The zone asks them no more.
    withdrawn_at BIGINT,
    -- The text was opened again.
    voided_at BIGINT,
    -- From when on days count until they are reminded, how often that was done, and when last.
    remind_from BIGINT,
    reminders BIGINT NOT NULL,
    reminded_at BIGINT
);
CREATE INDEX agreement_signatories_party ON agreement_signatories (party_id);
CREATE INDEX agreement_signatories_account ON agreement_signatories (account_id) WHERE voided_at IS NULL;
CREATE INDEX agreement_signatories_deputy ON agreement_signatories (deputy_account_id) WHERE voided_at IS NULL;
-- What the job looks at.
CREATE INDEX agreement_signatories_waiting ON agreement_signatories (sent_at)
    WHERE sent_at IS NOT NULL AND signed_at IS NULL AND declined_at IS NULL AND withdrawn_at IS NULL AND voided_at IS NULL;

CREATE TABLE agreement_signing_fact_kinds (
    kind TEXT PRIMARY KEY
);
INSERT INTO agreement_signing_fact_kinds (kind) VALUES
    ('sent'), ('reminded'), ('opened'), ('signed'), ('declined'), ('delegated'), ('expired'), ('extended'),
    ('withdrawn'), ('voided');

CREATE TABLE agreement_signing_methods (
    method TEXT PRIMARY KEY
);
-- How the person showed who they are: by their account and its password or second factor, by a code sent to their address,
-- or not at all, where the zone or the clock did it.
INSERT INTO agreement_signing_methods (method) VALUES ('account'), ('code'), ('none');

-- What happened to the requests, each by itself. Rows are added and never changed, but for what an erasure takes away.
CREATE TABLE agreement_signing_facts (
    id UUID PRIMARY KEY,
    agreement_id UUID NOT NULL REFERENCES agreements (id),
    signatory_id UUID NOT NULL REFERENCES agreement_signatories (id),
    -- The text that it is about.
    version_id UUID NOT NULL REFERENCES agreement_versions (id),
    kind TEXT NOT NULL REFERENCES agreement_signing_fact_kinds (kind),
    -- Microseconds UTC, and IANA's name of the zone in which the agreement's days are counted.
    at BIGINT NOT NULL,
    zone TEXT NOT NULL,
    -- Who it was: of a signature the name as it was typed. Else whom it is about.
    name TEXT NOT NULL,
    title TEXT NOT NULL,
    -- For whom they signed, where somebody stands in for the signatory.
    on_behalf_of TEXT NOT NULL,
    account_id UUID REFERENCES accounts (id),
    -- From where, and with what program; empty for what the zone or the clock did.
    address TEXT NOT NULL,
    agent TEXT NOT NULL,
    method TEXT NOT NULL REFERENCES agreement_signing_methods (method),
    -- Why it was declined or withdrawn.
    reason TEXT NOT NULL,
    -- The drawn signature as the path of an SVG of 600 by 200, made of whole numbers; empty where none was drawn.
    drawn TEXT NOT NULL
);
CREATE INDEX agreement_signing_facts_agreement ON agreement_signing_facts (agreement_id, at, id);
CREATE INDEX agreement_signing_facts_signatory ON agreement_signing_facts (signatory_id);
CREATE INDEX agreement_signing_facts_account ON agreement_signing_facts (account_id) WHERE account_id IS NOT NULL;

-- How guests get in: the code that was mailed last, and what their browser was given once they typed it.
CREATE TABLE agreement_signing_doors (
    signatory_id UUID PRIMARY KEY REFERENCES agreement_signatories (id),
    code_hash TEXT NOT NULL,
    code_until BIGINT NOT NULL,
    -- How often a wrong code was typed since the hour began, and how many were mailed.
    tries BIGINT NOT NULL,
    codes BIGINT NOT NULL,
    hour_began BIGINT NOT NULL,
    session_hash TEXT NOT NULL,
    session_until BIGINT NOT NULL
);
