"""Learning an ICP from good and bad customers: a draft for people to read, never applied."""
