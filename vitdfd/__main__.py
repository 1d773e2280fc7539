"`python -m vitdfd` is the command `vitdfd`."
import sys

from vitdfd.cli import main

sys.exit(main())
