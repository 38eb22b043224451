"""Formulas of fields: a small language that is read, checked and worked out here, and never runs as code.

`reading.read(text)` makes a tree, `checking.kind_of(tree, names)` says what comes out of it or which word is wrong, `working.work_out(tree, values)`
gives the value. This package knows values and words; which fields there are is told to it.
"""
