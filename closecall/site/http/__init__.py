"""HTTP without addresses: the blind WSGI wrapper, headers, refusals as pages, kept pages, logs without user text."""
