"""What the asker may see. Hidden things are counted, never named, and an unknown name and a hidden one look the same."""

from __future__ import annotations

from dataclasses import dataclass, field

from headwater.model.keys import Principal, matches


@dataclass(slots=True)
class Sight:
    """The asker's view of namespaces, by the read patterns of its key."""

    patterns: tuple[str, ...]
    _known: dict[str, bool] = field(default_factory=dict)

    @classmethod
    def of(cls, principal: Principal) -> Sight:
        """The sight of a key."""
        return cls(principal.patterns("read"))

    @property
    def sees_all(self) -> bool:
        """Whether there is nothing that this key may not see."""
        return "*" in self.patterns

    def sees(self, namespace: str) -> bool:
        """Whether things in this namespace may be named."""
        known = self._known.get(namespace)
        if known is None:
            known = self._known[namespace] = matches(self.patterns, namespace)
        return known
