"""The paths that Marquez's readers know, answered from our views: lists in `reads`, lineage in `graphs`, entries in `events`."""
