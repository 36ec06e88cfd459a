"""Everything that changes the library.

    publish · publish_as_instance · correct · unpublish · retract      reports        (publishing)
    join_event · part_event                                            one event told by several (publishing)
    register_staff_key · certify_staff_key                             who may sign   (staff)
    warn · settle_warning                                              readers' word  (warnings)
    index_pending · catch_up · ask_index · reindex · keep_common_words the index      (indexing)
    make_vectors · remake_vectors                                      the vectors    (meaning)

Every verb is one transaction in the public database, idempotent by the report's public id, with one line
in the publication log. The index follows after the commit; should it fail or be busy, `catch_up` mends
it, and until then searches leave out whatever was removed.
"""

from closecall.public.library.actions.indexing import (
    ask_index,
    catch_up,
    index_pending,
    keep_common_words,
    reindex,
)
from closecall.public.library.actions.meaning import make_vectors, remake_vectors
from closecall.public.library.actions.publishing import (
    REASONS,
    Published,
    correct,
    join_event,
    part_event,
    publish,
    publish_as_instance,
    retract,
    unpublish,
)
from closecall.public.library.actions.staff import certify_staff_key, register_staff_key
from closecall.public.library.actions.warnings import settle_warning, warn

__all__ = [
    "REASONS",
    "Published",
    "ask_index",
    "catch_up",
    "certify_staff_key",
    "correct",
    "index_pending",
    "join_event",
    "keep_common_words",
    "make_vectors",
    "part_event",
    "publish",
    "publish_as_instance",
    "register_staff_key",
    "reindex",
    "remake_vectors",
    "retract",
    "settle_warning",
    "unpublish",
    "warn",
]
