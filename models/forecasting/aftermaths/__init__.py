"""What spikes leave behind them, for a while."""
