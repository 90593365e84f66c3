"""A few work items, so that the organization does not begin empty."""

from integrations.sandbox.azure_devops.human import Human
from integrations.sandbox.azure_devops.organization import Organization


def plant(site: Organization) -> None:
    """Create the work items, as Ken and Mia would have."""
    with site.work():
        _plant_engineering(Human(site, "ken"), Human(site, "mia"))
        _plant_operations(Human(site, "mia"))


def _plant_engineering(ken: Human, mia: Human) -> None:
    login = ken.create(
        "Engineering",
        "Bug",
        title="Signing in with an expired link shows an empty page",
        repro_steps=(
            "<ol><li>Ask for a sign-in link</li><li>Wait until it has <b>expired</b></li>"
            "<li>Open it</li></ol><p>The page stays empty. The console says:</p>"
            "<pre>TypeError: session is null</pre>"
        ),
        severity="2 - High",
        tags="login",
        assigned_to="Ken Ito",
    )
    ken.set_status(login.number, "Active")
    mia.comment(login.number, "<p>Seen on the staging site as well, in <i>all</i> browsers.</p>")
    totals = mia.create(
        "Engineering",
        "Bug",
        title="Totals are rounded twice in the invoice",
        tags="billing; regression",
        severity="1 - Critical",
    )
    text = "An invoice over 3 × 33.335 shows **100.02** instead of 100.01."
    mia.write_markdown(totals.number, "repro_steps", text)
    mia.set_status(totals.number, "Resolved", reason="Cannot Reproduce")
    export = ken.create(
        "Engineering",
        "User Story",
        title="Export a report as CSV",
        description="<p>With the columns as shown.</p>",
    )
    ken.set_status(export.number, "Closed")
    mia.create("Engineering", "Task", title="Update the privacy page", priority=4)


def _plant_operations(mia: Human) -> None:
    disk = mia.create(
        "Operations",
        "Bug",
        title="The disk of the mail host fills up at night",
        repro_steps="<p>Since the update, logs are no longer rotated.</p>",
        team="Platform",
        area_path="Operations\\Mail",
        tags="night",
    )
    mia.set_status(disk.number, "Active")
    mia.create("Operations", "Issue", title="Renew the certificate of the status page")
