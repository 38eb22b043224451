from hypothesis import settings

# No deadline per example: on a busy machine a slow one says nothing about our code.
settings.register_profile("kernel", deadline=None)
settings.load_profile("kernel")
