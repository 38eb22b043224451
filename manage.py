"""Django's commands; people call bin/daftar."""

import gc
import os
import sys

import django
from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    gc.disable()  # loading makes much that stays and nothing to collect: looking for it took a seventh of the start
    django.setup()
    gc.freeze()
    gc.enable()
    execute_from_command_line(sys.argv)
