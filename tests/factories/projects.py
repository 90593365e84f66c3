import factory

from testmgmt.projects.models import Choice, Membership, Project, Tag
from testmgmt.projects.services import add_presets


class ProjectFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Project
        skip_postgeneration_save = True

    key = factory.Sequence(lambda n: f"P{n}A")
    name = factory.LazyAttribute(lambda project: f"Project {project.key}")

    @factory.post_generation
    def presets(self, create, extracted, **kwargs):
        add_presets(self)


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership


class TagFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Tag


def choice(project, field, slug):
    return Choice.objects.get(project=project, field=field, slug=slug)
