"""One Prefect flow a file; a flow's body reads as a table of contents."""
