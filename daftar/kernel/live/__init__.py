"""Live updates: tell open pages that something changed.

A message is a nudge, not data: a page that hears it asks again for what it may see. Whoever publishes needs not know
who listens, in which process, on which machine.
"""

from daftar.kernel.live.channels import Listening, heard_of, listening
from daftar.kernel.live.publishing import end_streams, publish

__all__ = ["Listening", "end_streams", "heard_of", "listening", "publish"]
