"""How good themes are: how they lie, whether they come again, whether new texts still fit."""
