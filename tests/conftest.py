"""Settings of the test tools."""

import os
import signal

from hypothesis import settings

# Time per example says nothing on a busy machine. The same examples in every run, so that a run can be
# repeated; HYPOTHESIS_PROFILE=search looks for new ones, many at a time.
settings.register_profile("saliometer", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "saliometer"))

# A shell that starts tests in the background lets them ignore interrupts, and so would all that they start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
