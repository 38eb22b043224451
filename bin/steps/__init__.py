"""The steps of bin/setup and its neighbours. Only the standard library: nothing is installed yet when they run."""
