import factory

from testmgmt.defects.models import Defect
from testmgmt.projects.models import Choice
from tests.factories.projects import ProjectFactory


def _default(field):
    def find(defect):
        return Choice.objects.get(project=defect.project, field=field, is_default=True)

    return factory.LazyAttribute(find)


class DefectFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Defect
        skip_postgeneration_save = True

    class Params:
        done = factory.Trait(
            status=factory.LazyAttribute(
                lambda defect: Choice.objects.get(
                    project=defect.project, field="defect_status", slug="fixed"
                )
            )
        )

    project = factory.SubFactory(ProjectFactory)
    title = factory.Sequence(lambda n: f"Defect {n}")
    status = _default("defect_status")
    severity = _default("severity")
    priority = _default("priority")

    @factory.post_generation
    def results(self, create, extracted, **kwargs):
        self.results.set(extracted or [])
