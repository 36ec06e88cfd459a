"""What comes in and goes out.

import_files · import_reports      other systems' files into the library   (importing)
export                             the library into files                  (exporting)
"""

from closecall.public.exchange.actions.exporting import ExportOutcome, export
from closecall.public.exchange.actions.importing import ImportOutcome, import_files, import_reports

__all__ = ["ExportOutcome", "ImportOutcome", "export", "import_files", "import_reports"]
