-- The sorted copy says of each interaction whether it is part of another; it is built
-- anew when it is next read.
UPDATE generation SET sequence = 0;
