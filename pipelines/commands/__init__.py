"""What stands behind `issuecast`: one file a family of commands."""
