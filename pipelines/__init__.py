"""The world around the models: sources, tables, flows, tracking, reports and the command line."""
