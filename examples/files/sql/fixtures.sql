INSERT INTO countries (code, name) VALUES ('NO', 'Norway'), ('SE', 'Sweden')
ON CONFLICT (code) DO NOTHING;
