-- The threads in which a company waits for an answer, for the start page of those who give it.
CREATE INDEX message_threads_waiting ON message_threads (last_at, id) WHERE NOT last_of_zone;
