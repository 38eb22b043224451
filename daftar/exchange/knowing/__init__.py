"""What a file is: the system it comes from, its record type, its columns, keys, links, stages; all as a proposal that a person changes."""
