"""How many reports a second an import takes in, before indexing: reading, joining, coding, signing, storing.

python bench/importing.py asrs FILE.csv …      a throwaway instance; prints JSON
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path


def main() -> None:
    """Import the files once into a new instance, without its index, and say what it took."""
    kind, files = sys.argv[1], [Path(name) for name in sys.argv[2:]]
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"CLOSECALL_HOME": home, "DJANGO_SETTINGS_MODULE": "closecall.config.settings"}
        from closecall.config import instance

        instance.create(Path(home), pack="law_enforcement", demo=False)
        import django

        django.setup()
        from django.core.management import call_command

        from closecall.public.exchange.actions import import_files
        from closecall.public.library.actions import publishing

        call_command("migrate", database="default", verbosity=0)
        publishing.follow = lambda: None
        wall, cpu = time.perf_counter(), time.process_time()
        done = import_files(kind, files)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(
        json.dumps(
            {
                "imported": done.imported,
                "refused": len(done.refused),
                "seconds": round(wall, 2),
                "cpu_seconds": round(cpu, 2),
                "reports_a_second": round(done.imported / wall),
                "reports_a_cpu_second": round(done.imported / cpu),
                "load": round(os.getloadavg()[0], 1),
            }
        )
    )


if __name__ == "__main__":
    main()
