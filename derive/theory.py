"""The lemmas of a run: those that are claimed, for search, and those that are proved, for the kernel."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from checks.kernel.lemmas import Lemma


class ProvedLemmas(Mapping[str, Lemma]):
    """Proved lemmas by hash; one that is only claimed is proved when the kernel first asks for it."""

    def __init__(self, prove: Callable[[str], Lemma | None]) -> None:
        self._proved: dict[str, Lemma] = {}
        self._prove = prove

    def add(self, lemma: Lemma) -> None:
        """Enters a lemma that has been proved, or admitted as an axiom."""
        self._proved[lemma.hash] = lemma

    def __getitem__(self, label: str) -> Lemma:
        found = self._proved.get(label) or self._prove(label)
        if found is None:
            raise KeyError(label)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._proved)

    def __len__(self) -> int:
        return len(self._proved)
