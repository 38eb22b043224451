"""What a file is: the system it comes from, its record type, its columns, keys, links, stages; all as a proposal that a person changes.

`proposing.propose` is the way in; what it answers with stands in `proposal`.
"""
