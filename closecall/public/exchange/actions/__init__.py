"""What comes in and goes out.

import_files · import_reports      other systems' files into the library   (importing)
export                             the library into files                  (exporting)
export_exchange · import_exchange  one library into another                (passing_on)
"""

from closecall.public.exchange.actions.exporting import ExportOutcome, export
from closecall.public.exchange.actions.importing import ImportOutcome, import_files, import_reports
from closecall.public.exchange.actions.passing_on import ExchangeOutcome, export_exchange, import_exchange

__all__ = [
    "ExchangeOutcome",
    "ExportOutcome",
    "ImportOutcome",
    "export",
    "export_exchange",
    "import_exchange",
    "import_files",
    "import_reports",
]
