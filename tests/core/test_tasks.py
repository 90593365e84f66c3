from testmgmt.core import attachments, tasks
from testmgmt.core.models import Blob, TargetKind
from testmgmt.core.targets import Target
from tests.factories.cases import CaseFactory


def test_sweeps_the_bytes_that_nothing_needs(shop, ada):
    target = Target(TargetKind.CASE, CaseFactory(project=shop).pk, shop.pk)
    kept, gone = (
        attachments.attach(target=target, user_id=ada.pk, name=name, chunks=[name.encode()])
        for name in ("kept.txt", "gone.txt")
    )
    attachments.detach(attachment=gone, user_id=ada.pk)

    tasks.sweep_blobs()

    assert list(Blob.objects.all()) == [kept.blob]
    assert not attachments.path_of(gone.blob_id).exists()
    assert attachments.path_of(kept.blob_id).exists()
