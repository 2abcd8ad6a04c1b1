"""Settings of the test tools."""

from hypothesis import settings

# Time per example says nothing on a busy machine.
settings.register_profile("saliometer", deadline=None)
settings.load_profile("saliometer")
