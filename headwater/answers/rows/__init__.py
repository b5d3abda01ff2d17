"""Which batches did rows come from? `plan` says from the views what has to be read and run again; running it is `app/rows`."""
