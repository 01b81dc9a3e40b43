-- Certificates of signed agreements: what was signed by whom, signed itself, and its public verification.

CREATE TABLE certificates (
    id UUID PRIMARY KEY,
    agreement_id UUID NOT NULL REFERENCES agreements (id),
    -- By which anybody verifies it: 128 random bits in 26 letters and digits.
    code TEXT NOT NULL UNIQUE,
    made_at BIGINT NOT NULL,
    -- Who had it made again; none where the portal made it by itself.
    made_by UUID REFERENCES accounts (id),
    -- What it says: lines of JSON, byte for byte as they were signed.
    content TEXT NOT NULL,
    -- The signature in Base64, and the public key that it is verified by, in hexadecimal.
    signature TEXT NOT NULL,
    public_key TEXT NOT NULL,
    -- The PDF, a document of the kind 'certificate'.
    document_id UUID NOT NULL REFERENCES documents (id),
    -- Since when there is a later one.
    replaced_at BIGINT
);
CREATE UNIQUE INDEX certificates_current ON certificates (agreement_id) WHERE replaced_at IS NULL;
CREATE INDEX certificates_agreement ON certificates (agreement_id, made_at);
CREATE INDEX certificates_document ON certificates (document_id);

-- Agreements that were signed and have no certificate yet. One that fails waits longer each time.
CREATE TABLE certificates_due (
    agreement_id UUID PRIMARY KEY REFERENCES agreements (id),
    due_at BIGINT NOT NULL,
    failures BIGINT NOT NULL
);
CREATE INDEX certificates_due_next ON certificates_due (due_at);
INSERT INTO certificates_due (agreement_id, due_at, failures)
    SELECT id, 0, 0 FROM agreements WHERE state IN ('signed', 'in_force', 'expired', 'renewed', 'terminated');
