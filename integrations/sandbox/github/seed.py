"""A few issues, so that the site does not begin empty."""

from integrations.sandbox.github.human import Human
from integrations.sandbox.github.site import Site

SHOP, OPS = "acme/shop", "acme/ops"


def plant(site: Site) -> None:
    """Create the issues, as Ken and Mia would have."""
    with site.work():
        _plant_shop(Human(site, "ken"), Human(site, "mia"))
        _plant_operations(Human(site, "mia"))


def _plant_shop(ken: Human, mia: Human) -> None:
    ken.make_label(SHOP, "severity: major", color="b60205", description="Work stands still")
    ken.make_milestone(SHOP, "Spring release", due_on="2027-03-31T00:00:00Z")
    login = ken.create(
        SHOP,
        "Signing in with an expired link shows an empty page",
        body=(
            "### Steps\n\n1. Ask for a sign-in link\n2. Wait until it has **expired**\n"
            "3. Open it\n\n"
            "### What happens\n\nThe page stays empty. The console says:\n\n"
            "```\nTypeError: session is null\n```"
        ),
        labels=["bug", "severity: major"],
        assignees=["ken"],
        milestone="Spring release",
        type="Bug",
    )
    mia.comment(login, "Seen on the staging site as well, in _all_ browsers.")
    mia.create(
        SHOP,
        "Totals are rounded twice in the invoice",
        body="An invoice over 3 × 33.335 shows 100.02 instead of 100.01.",
        labels=["bug", "billing"],
        type="Bug",
    )
    ken.open_pull_request(SHOP, "Round totals once", body="Fixes #2.")
    export = ken.create(SHOP, "Export a report as CSV", body="With the columns as shown.")
    ken.close(export)
    page = mia.create(SHOP, "Update the privacy page", labels=["documentation"])
    ken.close(page, "not_planned")


def _plant_operations(mia: Human) -> None:
    mia.create(
        OPS,
        "The disk of the mail host fills up at night",
        body="Since the update, logs are no longer rotated.",
        labels=["bug", "night"],
        assignees=["mia"],
        type="Bug",
    )
    mia.create(OPS, "Renew the certificate of the status page", type="Task")
