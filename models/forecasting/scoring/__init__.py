"""How good forecasts were: at earlier origins, beside each other, and once they came due."""
