-- From which network a refused post came whose sender was not signed in: what is kept for one network is bounded.
ALTER TABLE refused_posts ADD COLUMN network TEXT NOT NULL DEFAULT '';
