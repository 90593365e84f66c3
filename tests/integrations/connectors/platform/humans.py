"""Ada at work in the pages, as the contract of connectors wants her."""

from django.utils import timezone

from testmgmt.cases import services as cases
from testmgmt.cases.domain import CaseChange, NewCase
from testmgmt.core import comments
from testmgmt.core.models import TargetKind
from testmgmt.core.targets import Target
from testmgmt.defects import services as defects
from testmgmt.defects.domain import DefectChange, NewDefect


class _Speaker:
    kind: TargetKind

    def __init__(self, user, project):
        self.user, self.project = user, project

    def comment(self, item_id, text):
        target = Target(self.kind, int(item_id[2:]), self.project.pk)
        return str(comments.add_comment(target=target, user_id=self.user.pk, body=text).pk)


class Human(_Speaker):
    """Ada, who writes defects."""

    kind = TargetKind.DEFECT

    def create(self, title):
        draft = NewDefect(title=title)
        made = defects.create_defect(user=self.user, project_id=self.project.pk, defect=draft)
        return made.key

    def edit(self, item_id, title):
        change = DefectChange(title=title)
        defects.update_defect(user=self.user, defect_id=int(item_id[2:]), change=change)

    def delete(self, item_id):
        now = timezone.now()
        defects.delete_defect(user=self.user, defect_id=int(item_id[2:]), now=now)


class Author(_Speaker):
    """Ada, who writes cases."""

    kind = TargetKind.CASE

    def create(self, title):
        new = NewCase(title=title)
        return cases.create_case(user=self.user, project_id=self.project.pk, case=new).key

    def edit(self, item_id, title):
        change = CaseChange(title=title)
        cases.update_case(user=self.user, case_id=int(item_id[2:]), change=change)

    def delete(self, item_id):
        cases.delete_case(user=self.user, case_id=int(item_id[2:]))
