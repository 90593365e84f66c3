"""A few issues, so that the site does not begin empty."""

from integrations.sandbox.jira.human import Human
from integrations.sandbox.jira.site import Site


def plant(site: Site) -> None:
    """Create the issues, as Ken and Mia would have."""
    with site.work():
        _plant_engineering(Human(site, "ken"), Human(site, "mia"))
        _plant_operations(Human(site, "mia"))


def _plant_engineering(ken: Human, mia: Human) -> None:
    login = ken.create(
        "ENG",
        "Bug",
        summary="Signing in with an expired link shows an empty page",
        description=(
            "h2. Steps\n\n# Ask for a sign-in link\n# Wait until it has *expired*\n# Open it\n\n"
            "h2. What happens\n\nThe page stays empty. The console says:\n\n"
            "{code}\nTypeError: session is null\n{code}"
        ),
        priority="High",
        labels=["login"],
        assignee="Ken Ito",
        severity="Major",
    )
    ken.set_status(login.key, "In Progress")
    mia.comment(login.key, "Seen on the staging site as well, in _all_ browsers.")
    totals = mia.create(
        "ENG",
        "Bug",
        summary="Totals are rounded twice in the invoice",
        description="An invoice over 3 × 33.335 shows 100.02 instead of 100.01.",
        labels=["billing", "regression"],
        severity="Critical",
    )
    mia.set_status(totals.key, "In Review")
    export = ken.create(
        "ENG", "Story", summary="Export a report as CSV", description="With the columns as shown."
    )
    ken.set_status(export.key, "Done")
    mia.create("ENG", "Task", summary="Update the privacy page", priority="Low")


def _plant_operations(mia: Human) -> None:
    disk = mia.create(
        "OPS",
        "Bug",
        summary="The disk of the mail host fills up at night",
        description="Since the update, logs are no longer rotated.",
        priority="P2",
        team="Platform",
        labels=["night"],
    )
    mia.set_status(disk.key, "In Progress")
    mia.create("OPS", "Task", summary="Renew the certificate of the status page", priority="P3")
