-- What is asked at a step of a walk: the same topic on every channel; '' = nothing.
ALTER TABLE walk_step ADD COLUMN topic VARCHAR DEFAULT '';
