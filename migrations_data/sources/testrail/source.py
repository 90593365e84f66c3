"""TestRail as a source: one suite export."""

from collections.abc import Iterator, Mapping

from migrations_data.base.inventory import Inventory, take
from migrations_data.base.mapping import FieldRule, MappingDocument, Vocabulary
from migrations_data.base.records import Record, SuiteRecord
from migrations_data.base.source import Identity, Source, SourceError
from migrations_data.sources.testrail import export, mapping


class FromTestRail(Source):
    """The XML export of a suite, or a file made for TestRail's own import."""

    slug = mapping.SLUG
    label = "TestRail"

    def check(self) -> Identity:
        """Read up to the head of the suite."""
        for record in export.read(self.path):
            if isinstance(record, SuiteRecord):
                kind = "suite export" if record.origin_id else "import file"
                return Identity(kind=kind, origin_id=record.origin_id, name=record.name)
        raise SourceError("The file holds no suite.", fix="Export the suite again as XML.")

    def count(self) -> Inventory:
        """Read everything once."""
        return take(self.read())

    def read(self) -> Iterator[Record]:
        """Stream the suite, its sections and cases in the order of the document."""
        return export.read(self.path)

    def suggest(
        self, inventory: Inventory, vocabulary: Vocabulary, decided: Mapping[str, FieldRule]
    ) -> MappingDocument:
        """Propose a mapping by names and looks."""
        return mapping.suggest(inventory, vocabulary, decided)
