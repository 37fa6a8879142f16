"""What a flow's tasks do: read named tables, call the models, write named tables."""
