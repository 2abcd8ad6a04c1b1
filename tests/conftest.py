"""Settings of the test tools."""

import os

from hypothesis import settings

# Time per example says nothing on a busy machine. The same examples in every run, so that a run can be
# repeated; HYPOTHESIS_PROFILE=search looks for new ones, many at a time.
settings.register_profile("saliometer", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "saliometer"))
