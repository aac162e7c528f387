"""The explorer as static files: no server, from a file share, a stick or any web host."""

from __future__ import annotations

from compression.share.site.files import as_zip, site
from compression.share.site.publish import Published, publish

__all__ = ["Published", "as_zip", "publish", "site"]
