"""A decision as a memo: claim first, then what was asked, the front, the choice, its risks, and how to repeat it."""

from __future__ import annotations

from compression.share.memo.content import Memo, memo_of
from compression.share.memo.written import FORMATS, format_of, written

__all__ = ["FORMATS", "Memo", "format_of", "memo_of", "written"]
