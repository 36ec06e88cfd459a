"""HTTP without addresses: the blind WSGI wrapper, headers, refusals as pages, logs without user text, pages that may be kept."""
