"""Methods for weekly counts: flexible Farrington and the season's own regression."""
