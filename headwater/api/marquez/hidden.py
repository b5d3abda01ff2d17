"""Names that an asker may not see, as they may stand in texts that nobody took apart."""

from __future__ import annotations

import re
from dataclasses import dataclass

from headwater.answers.sight import Sight
from headwater.model.ids import DatasetId, JobId
from headwater.projections.views import Views

_WORD = re.compile(r"[\w$-]+")


@dataclass(frozen=True, slots=True)
class HiddenNames:
    """Namespaces out of sight, and the last words of names in them that no visible thing shares."""

    namespaces: tuple[str, ...]
    words: frozenset[str]

    @classmethod
    def of(cls, views: Views, sight: Sight) -> HiddenNames:
        """What the catalog knows and the asker may not see. Cost: one pass over datasets and jobs, none for who sees all."""
        if sight.sees_all:
            return cls((), frozenset())
        known: list[DatasetId | JobId] = [*views.catalog.datasets, *views.catalog.jobs]
        hidden = {name for name in known if not sight.sees(name.namespace)}
        shown = {_last_word(name.name) for name in known if name not in hidden}
        return cls(
            tuple(sorted({name.namespace.casefold() for name in hidden})), frozenset(_last_word(name.name) for name in hidden) - shown
        )

    def stand_in(self, text: str) -> bool:
        """Whether a text may name any of them; rather once too often than once too seldom."""
        folded = text.casefold()
        return not self.words.isdisjoint(_WORD.findall(folded)) or any(_stands_in(namespace, folded) for namespace in self.namespaces)


def _last_word(name: str) -> str:
    words = _WORD.findall(name.casefold())
    return words[-1] if words else name.casefold()


def _stands_in(namespace: str, text: str) -> bool:
    return namespace in text and re.search(rf"(?<!\w){re.escape(namespace)}(?!\w)", text) is not None
