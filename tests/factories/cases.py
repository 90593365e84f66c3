import factory

from testmgmt.cases.models import Case, CaseVersion, Section
from testmgmt.projects.models import Choice
from tests.factories.projects import ProjectFactory


class SectionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Section

    project = factory.SubFactory(ProjectFactory)
    name = factory.Sequence(lambda n: f"Section {n}")
    position = factory.Sequence(lambda n: n)


def _default(field):
    def find(case):
        return Choice.objects.get(project=case.project, field=field, is_default=True)

    return factory.LazyAttribute(find)


class CaseFactory(factory.django.DjangoModelFactory):
    """A case with its first version; `text__steps=[...]` and the like say what is in it."""

    class Meta:
        model = Case
        skip_postgeneration_save = True

    project = factory.SubFactory(ProjectFactory)
    title = factory.Sequence(lambda n: f"Case {n}")
    position = factory.Sequence(lambda n: n)
    state = _default("case_state")
    priority = _default("priority")
    type = _default("case_type")

    @factory.post_generation
    def text(self, create, extracted, **content):
        self.current = CaseVersion.objects.create(
            case=self,
            **{
                "title": self.title,
                "properties": {
                    "template": self.template,
                    "state": self.state.slug,
                    "priority": self.priority.slug,
                    "type": self.type.slug,
                    "tags": [],
                    "estimate_seconds": self.estimate_seconds,
                    "references": self.references,
                },
                **content,
            },
        )
        self.save(update_fields=["current"])
