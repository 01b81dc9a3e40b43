-- A company that agreements bind is left out when several are archived.
INSERT INTO bulk_edit_outcomes (outcome) VALUES ('tied');
