"""`python -m closecall` is `closecall`."""

from closecall.cli.main import main

raise SystemExit(main())
