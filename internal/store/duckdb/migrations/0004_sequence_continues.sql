-- The sorted copy says of each interaction whether it is part of another and where it
-- stands in its file; it is built anew when it is next read.
UPDATE generation SET sequence = 0;
