"""One member model a file, behind one interface."""
